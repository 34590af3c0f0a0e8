// Calls to the hub. A call that fails throws a Problem: what happened, what was kept, what to do.

const TIMEOUT_MS = 8000;

export class Problem extends Error {
  constructor({ what, kept, do: next, code }, status = 0) {
    super(what);
    Object.assign(this, { what, kept, do: next, code, status });
  }
}

export const UNHEARD = {
  code: "unheard",
  what: "The hub does not answer.",
  kept: "What the hub has recorded is safe on its disk.",
  do: "Check that this device is in the hub's network; this page tries again by itself.",
};

export const get = (path) => call(path, {});

export const post = (path, body) =>
  call(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function call(path, options) {
  const answer = await fetch(path, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    () => { throw new Problem(UNHEARD); },
  );
  const body = await answer.json().catch(() => null); // broken off
  if (answer.ok && body) return body;
  throw new Problem(body?.what ? body : UNHEARD, answer.ok ? 0 : answer.status);
}
