import { describeNativeProvider } from "../../suites/native-provider.ts";
import { nativeProtocols } from "../../support/protocols/all-protocols.ts";

for (const protocol of nativeProtocols) describeNativeProvider(protocol);
