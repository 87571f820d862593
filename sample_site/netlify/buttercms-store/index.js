// Keeps ButterCMS's stored content between builds, in the cache that Netlify gives build plugins.
//
// It is saved after a build that failed, too: a pull is stored whole or not at all, and the number
// of calls that it has cost is in there. A build from a snapshot neither needs nor sees it.
const STORE = "cache/buttercms";

const save = async ({ utils }) => {
  if (!process.env.BUTTERCMS_SNAPSHOT) await utils.cache.save(STORE);
};

module.exports = {
  onPreBuild: async ({ utils }) => {
    if (!process.env.BUTTERCMS_SNAPSHOT) await utils.cache.restore(STORE);
  },
  onPostBuild: save,
  onError: save,
};
