/** A copy of a state before it is one. */
export type Writable<State> = { -readonly [Field in keyof State]: State[Field] };
