/** The page: one screen of one session, as of its newest event or of the one that the cursor stands at. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { Cause } from './cause.tsx';
import { Charts } from './chart.tsx';
import { Dialogs } from './dialogs.tsx';
import { Header } from './header.tsx';
import { listenToKeys } from './keys.ts';
import { LanesView, widthOfPlot } from './lanes/lanes.tsx';
import { keepLanes, keepTime, start } from './listen.ts';
import { Log } from './log.tsx';
import { Rail } from './rail.tsx';
import { Sentence } from './sentence.tsx';
import { link, moment, shown } from './store.ts';
import { keepTheme } from './theme.ts';
import { Transport } from './transport.tsx';
import { playWhileTold } from './travel.ts';

const Page = () => (
  <>
    <Header />
    <Sentence />
    <main>
      <Rail />
      <div class="middle">
        <Transport />
        <LanesView />
        <div class="below">
          <Log />
          <Cause />
        </div>
      </div>
      <Charts />
    </main>
    <Dialogs />
  </>
);

keepTheme();
effect(() => {
  const root = document.documentElement;
  const network = shown.value?.network;
  if (network) root.dataset['network'] = network;
  root.classList.toggle('is-lost', link.value.kind === 'lost');
  const word = link.value.kind === 'live' ? (moment.value?.word ?? '') : '';
  document.title = shown.value ? `S${shown.value.session} ${word}: NEO` : 'NEO';
});
render(<Page />, document.getElementById('page') as HTMLElement);
listenToKeys();
keepTime();
keepLanes(widthOfPlot);
playWhileTold();
start();
