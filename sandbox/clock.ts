/** The sandbox's only idea of time: it is handed in, so that a virtual clock serves as well as the wall's. */
export type Clock = Readonly<{
  /** Unix time in milliseconds. */
  now: () => number;
}>;
