export default function (config) {
  config.addFilter("day", (text) => new Date(text).toDateString());
  config.addFilter("brief", (html) => html.replace(/<[^>]*>/g, "").split(/\s+/).slice(0, 50).join(" ") + "…");
  return { dir: { input: "src" } };
}
