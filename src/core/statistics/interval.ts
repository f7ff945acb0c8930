/** Lower and upper end. */
export type Interval = readonly [number, number];
