// Keeps ButterCMS's stored content between builds, in the cache that Netlify gives build plugins;
// and the site that was built of it, whose pages are rendered again only if they have changed.
//
// It is saved after a build that failed, too: a pull is stored whole or not at all, and the number
// of calls that it has cost is in there. A build from a snapshot neither needs nor sees it.
const KEPT = ["cache/buttercms", "output"];

const save = async ({ utils }) => {
  if (!process.env.BUTTERCMS_SNAPSHOT) await utils.cache.save(KEPT);
};

module.exports = {
  onPreBuild: async ({ utils }) => {
    if (!process.env.BUTTERCMS_SNAPSHOT) await utils.cache.restore(KEPT);
  },
  onPostBuild: save,
  onError: save,
};
