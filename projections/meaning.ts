/** What each reason of an end means for the one who reads it in the morning, and what to do about it. */
import type { HaltReason } from '../events/halt.ts';

export const meaning: Readonly<Record<HaltReason, string>> = {
  duration_elapsed: 'It ended as planned.',
  interrupted_sigint: 'It was interrupted (Ctrl-C) and ended in order.',
  interrupted_sigterm: 'The system asked the process to end, and it ended in order.',
  interrupted_sigbreak: 'It was interrupted (Ctrl-Break) and ended in order.',
  interrupted_sighup: 'Its terminal went away, and it ended in order.',
  kill_switch:
    'An operator used the kill switch. It stays latched until neo kill --clear --by NAME --note TEXT.',
  risk_xrp_exposure:
    'The XRP held was worth more than risk.max_xrp_exposure allows. Reduce it or raise the limit before the next start.',
  risk_rlusd_exposure:
    'The RLUSD held was more than risk.max_rlusd_exposure allows. Reduce it or raise the limit before the next start.',
  risk_rpc_failure:
    'Reads failed on too many ticks in a row, on every endpoint. Check network.endpoints before the next start.',
  risk_stale_ledger:
    'A server answered, but no new ledger was validated for too long: the engine was blind. Check the endpoints and the network.',
  risk_gateway_unhealthy:
    'The server is amendment blocked and cannot follow the ledger. Use another endpoint.',
  account_in_use:
    'Somebody else used the sequence numbers of this account. Find that program or person first: one writer for each account.',
  inventory_truth_halt:
    'Books and wallet disagreed, or could not be compared, until the deadline. Find out why, then adopt the wallet with neo realign --confirm.',
  degraded_timeout:
    'A guard stopped the quoting and was not armed again by its deadline, so the engine gave up waiting.',
  degraded_episode_limit_halt:
    'A guard tripped as often as its policy allows in one session: the market keeps coming back to what it guards against.',
  reconciler_halt:
    'The fate of an order could not be established from the ledger by the deadline. Look at the orders before the next start.',
  replay_exhausted: 'The recorded input ended before the session did.',
  startup_failure: 'The checks of the start failed; nothing was quoted.',
  config_mismatch: 'The server, the account or the issuer is not what the configuration says.',
  engine_requested_halt: 'An operator asked for the stop.',
  unexpected_halt:
    'The process died without ending the session; the next start found that and closed it.',
};
