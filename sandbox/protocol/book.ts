/** One side of a market as rippled names it: offers that give `gets` for `pays`. */
import type { Asset } from '../chain.ts';

export type Book = Readonly<{ pays: Asset; gets: Asset }>;

export const bookKey = ({ pays, gets }: Book): string =>
  `${pays.currency}.${pays.issuer ?? ''}/${gets.currency}.${gets.issuer ?? ''}`;

export const reversed = ({ pays, gets }: Book): Book => ({ pays: gets, gets: pays });
