import type { Pace } from './pace.ts';

export function PaceForm({ pace, kind, hasTeam }: { pace: Pace; kind: string; hasTeam: boolean }) {
  return (
    <form method="post" className="stack">
      <input type="hidden" name="act" value="pace" />
      <p className="field">
        <label htmlFor="notable">What is only notable</label>
        <select id="notable" name="notable" defaultValue={pace.notable}>
          <option value="auto">At once; hourly as soon as there are rules</option>
          <option value="at-once">Always at once</option>
          <option value="hourly">Hourly, in one mail</option>
        </select>
        <span className="hint">What is unexpected is told at once. What you expect comes once a week.</span>
      </p>
      <div className="choices">
        <Hour name="quietFrom" label="Quiet from" value={pace.quietFrom} />
        <Hour name="quietUntil" label="until" value={pace.quietUntil} />
        <p className="field">
          <label htmlFor="quietZone">in</label>
          <input id="quietZone" name="quietZone" type="text" defaultValue={pace.quietZone} />
        </p>
      </div>
      <p className="hint">
        Whole hours, and a time zone such as Europe/Berlin. A contradiction, such as a forged certificate, is
        told at any hour.
      </p>
      <Tick name="digest" label="A weekly mail, also when nothing happened" is={pace.digest} />
      {kind === 'email' && (
        <Tick name="tagged" label="The address with a tag, such as name+ci@, as well" is={pace.tagged} />
      )}
      {kind !== 'email' && pace.tagged && <input type="hidden" name="tagged" value="on" />}
      {hasTeam && (
        <Tick name="intents" label="Tell of every signature that nobody announced" is={pace.intents} />
      )}
      <button type="submit">Keep</button>
    </form>
  );
}

function Hour({ name, label, value }: { name: string; label: string; value: number | null }) {
  return (
    <p className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="text"
        inputMode="numeric"
        pattern="[0-9]{1,2}"
        maxLength={2}
        defaultValue={value ?? ''}
        placeholder="–"
      />
    </p>
  );
}

function Tick({ name, label, is }: { name: string; label: string; is: boolean }) {
  return (
    <p className="choice">
      <input id={name} name={name} type="checkbox" defaultChecked={is} />
      <label htmlFor={name}>{label}</label>
    </p>
  );
}
