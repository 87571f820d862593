// Starts a build that asks ButterCMS for everything; netlify.toml says how often.
export default async () => {
  const hook = process.env.BUTTERCMS_NETLIFY_HOOK;
  if (!hook) throw new Error("BUTTERCMS_NETLIFY_HOOK is not set: make a build hook, and set it.");
  const answer = await fetch(hook, { method: "POST", body: '{"buttercms": "all"}' });
  if (!answer.ok) throw new Error(`The build hook answered ${answer.status}.`);
};
