/** A process that keeps a sandbox's ledger in the file it is given, tells of each close, and waits to be killed. */
import { openStore } from '../../sandbox/store.ts';
import { ownerOf } from './wallet.ts';

const [, , file = ''] = process.argv;
const store = openStore(file);
store.own();
const owner = await ownerOf({ store });

for (;;) {
  await owner.offer('buy', 1, 1.4);
  owner.close(1);
  process.send?.(owner.sandbox.chain.latest().header.ledger_index);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
