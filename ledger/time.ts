/** The ledger's clock: whole seconds since 2000-01-01T00:00:00Z. */

const epochOffsetMs = 946_684_800_000;

/** Unix milliseconds of a ledger time in seconds. */
export const unixMs = (ledgerSeconds: number): number => ledgerSeconds * 1000 + epochOffsetMs;

/** The ledger second that a Unix instant in milliseconds lies in. */
export const ledgerSeconds = (unixMilliseconds: number): number =>
  Math.floor((unixMilliseconds - epochOffsetMs) / 1000);

/** The UTC day of a Unix instant in milliseconds, as "2026-04-20" (days → civil date, Gregorian, 400-year eras). */
export const isoDate = (unixMilliseconds: number): string => {
  const days = Math.floor(unixMilliseconds / 86_400_000) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
};

/** A Unix instant in milliseconds as ISO 8601 in UTC, with milliseconds. */
export const isoTime = (unixMilliseconds: number): string => {
  const ms = ((unixMilliseconds % 86_400_000) + 86_400_000) % 86_400_000;
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const seconds = Math.floor(ms / 1000) % 60;
  const thousandths = String(Math.floor(ms % 1000)).padStart(3, '0');
  return `${isoDate(unixMilliseconds)}T${two(hours)}:${two(minutes)}:${two(seconds)}.${thousandths}Z`;
};

const two = (value: number): string => String(value).padStart(2, '0');
