export default function (config) {
  config.addFilter("day", (text) => new Date(text).toDateString());
  return { dir: { input: "src" } };
}
