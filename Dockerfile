# docker build --tag dao-opt .
# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" --env OPENAI_API_KEY dao-opt run config.yaml
# docker build --tag dao-opt:scale --build-arg PACKAGES="bullmq@6 ioredis@6 pg@8" .   # optional packages
# docker run --rm --publish 127.0.0.1:4040:4040 --volume "$PWD:/work" --env DAO_OPT_API_KEY dao-opt serve --host 0.0.0.0
FROM node:22-slim AS build
WORKDIR /source
COPY . .
RUN npm ci --no-audit --no-fund && npm pack --pack-destination /tmp

FROM node:22-slim
ARG PACKAGES=""
COPY --from=build /tmp/dao-opt-*.tgz /tmp/
RUN npm install --global --omit=optional --no-audit --no-fund /tmp/dao-opt-*.tgz $PACKAGES \
  && rm -rf /tmp/dao-opt-*.tgz ~/.npm \
  && mkdir /work && chown node:node /work
# The user that node's image provides, with the id 1000; another one is set with --user.
USER node
WORKDIR /work
VOLUME /work
EXPOSE 4040
ENV NODE_ENV=production
ENTRYPOINT ["dao-opt"]
CMD ["--help"]
