import Fetch from "@11ty/eleventy-fetch";

const SIZE = 10;
const duration = process.env.FETCH_AGAIN ? "0s" : "1d";
const fetchOptions = { headers: { Authorization: "Token benchmark" } };

async function listing(path, locale) {
  const found = [];
  for (let page = 1; page; ) {
    const url = `API_URL/v2/${path}?page=${page}&page_size=100&locale=${locale}`;
    const answer = await Fetch(url, { duration, type: "json", fetchOptions });
    found.push(...answer.data);
    page = answer.meta.next_page;
  }
  return found;
}

function paged(kind, terms) {
  const lists = [];
  for (const [slug, { name, posts }] of terms) {
    const last = Math.ceil(posts.length / SIZE);
    for (let page = 1; page <= last; page++) {
      const url = `/${kind}/${slug}/${page > 1 ? `page/${page}/` : ""}`;
      lists.push({ url, title: name, page, last, posts: posts.slice((page - 1) * SIZE, page * SIZE) });
    }
  }
  return lists;
}

function by(posts, termsOf) {
  const found = new Map();
  for (const post of posts) {
    for (const { slug, name } of termsOf(post)) {
      if (!found.has(slug)) found.set(slug, { name, posts: [] });
      found.get(slug).posts.push(post);
    }
  }
  return found;
}

export default async function () {
  const posts = await listing("posts/", "en");
  for (const post of posts) {
    post.author.name = `${post.author.first_name} ${post.author.last_name}`;
    post.brief = post.body.replace(/<[^>]*>/g, "").split(/\s+/).slice(0, 50).join(" ") + "…";
  }
  const places = [];
  for (const locale of ["en", "fr"]) {
    for (const place of await listing("pages/place/", locale)) places.push({ ...place, locale, title: place.fields.headline });
  }
  const categories = by(posts, (post) => post.categories);
  const index = paged("index", [["all", { name: "Benchmark", posts }]]);
  const lists = [
    ...index,
    ...paged("categories", categories),
    ...paged("tags", by(posts, (post) => post.tags)),
    ...paged("authors", by(posts, (post) => [post.author])),
  ];
  return { posts, places, lists, categories: [...categories].map(([slug, { name }]) => ({ slug, name })) };
}
