/** Of files that hold what people asked and models answered: their owner's alone. */
export const privateFile = 0o600;
/** Of the folders of such files. */
export const privateFolder = 0o700;
