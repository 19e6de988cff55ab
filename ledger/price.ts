/** Prices of XRP in RLUSD, and which of them anybody can mean. */
import { compare, decimal, type Decimal } from './decimal.ts';

/** Far below and far above what an XRP has ever cost: beyond lie slips of the hand, and offers made as a joke. */
const [least, most] = [decimal('0.000001'), decimal('1000000')];

export const isPrice = (price: Decimal | undefined): price is Decimal =>
  price !== undefined && compare(price, least) >= 0 && compare(price, most) <= 0;
