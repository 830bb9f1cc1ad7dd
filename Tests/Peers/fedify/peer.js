// A small federated server on Fedify: people with an actor and an inbox each, who follow, reply, like, edit and delete.
// The tests tell it what to do with POST /do/{verb}, and ask what came in with GET /seen.
// Arguments: the port, and the signature that is tried first ("rfc9421" or "draft-cavage-http-signatures-12").
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";
import { createFederation, generateCryptoKeyPair, MemoryKvStore, verifyRequest } from "@fedify/fedify";
import {
  Activity, Create, Delete, Endpoints, Follow, Like, Mention, Note, Person, PUBLIC_COLLECTION, Tombstone, Undo, Update,
} from "@fedify/vocab";
import { configure, getConsoleSink } from "@logtape/logtape";
import { Temporal } from "@js-temporal/polyfill";

const [port, firstKnock] = process.argv.slice(2);
const origin = `http://localhost:${port}`;
const people = ["fenna", "vreemd"];
const keys = new Map();
const notes = new Map();
const sent = new Map();
const seen = [];
let number = 0;

// Why something is refused stands in Fedify's log alone.
await configure({
  contextLocalStorage: new AsyncLocalStorage(),
  sinks: { console: getConsoleSink() },
  loggers: [
    { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
    { category: "fedify", lowestLevel: "info", sinks: ["console"] },
  ],
});

const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true, firstKnock });

federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (!people.includes(identifier)) return null;
    const pairs = await ctx.getActorKeyPairs(identifier);
    return new Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: identifier,
      inbox: ctx.getInboxUri(identifier),
      outbox: ctx.getOutboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      url: ctx.getActorUri(identifier),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(async (_, identifier) => {
    if (!keys.has(identifier)) {
      keys.set(identifier, Promise.all(["RSASSA-PKCS1-v1_5", "Ed25519"].map((kind) => generateCryptoKeyPair(kind))));
    }
    return await keys.get(identifier);
  });
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation.setObjectDispatcher(Note, "/notes/{id}", (_, { id }) => notes.get(id) ?? null);
federation.setInboxListeners("/users/{identifier}/inbox", "/inbox").on(Activity, async (ctx, activity) => {
  // What a topic announces to a microblog is an id: it is read where it lives, signed, as a reader's server would.
  const object = await activity.getObject({ documentLoader: await ctx.getDocumentLoader({ identifier: people[0] }) });
  seen.push({
    type: activity.constructor.name,
    id: activity.id?.href,
    actor: activity.actorId?.href,
    objectId: activity.objectId?.href,
    objectType: object?.constructor.name,
    content: object?.content?.toString(),
    mentions: await Array.fromAsync(object?.getTags?.() ?? [], (tag) => tag.href?.href),
  });
});

const verbs = {
  follow: (ctx, who, { object }) => new Follow({ id: fresh(), actor: ctx.getActorUri(who), object: new URL(object) }),
  like: (ctx, who, { object }) => new Like({
    id: fresh(), actor: ctx.getActorUri(who), object: new URL(object), to: PUBLIC_COLLECTION,
  }),
  undo: (ctx, who, { activity }) => new Undo({ id: fresh(), actor: ctx.getActorUri(who), object: sent.get(activity) }),
  reply: (ctx, who, { object, author, topic, text }) => {
    const note = new Note({
      id: ctx.getObjectUri(Note, { id: `${++number}` }),
      attribution: ctx.getActorUri(who),
      replyTarget: new URL(object),
      content: text,
      published: Temporal.Now.instant(),
      to: PUBLIC_COLLECTION,
      ccs: [new URL(author), new URL(topic)],
      tags: [new Mention({ href: new URL(author) })],
    });
    notes.set(`${number}`, note);
    return about(ctx, who, Create, note);
  },
  edit: (ctx, who, { note, text }) => {
    const edited = notes.get(last(note)).clone({ content: text, updated: Temporal.Now.instant() });
    if (who === people[0]) notes.set(last(note), edited);
    return about(ctx, who, Update, edited);
  },
  delete: (ctx, who, { note }) => {
    if (who === people[0]) notes.delete(last(note));
    return about(ctx, who, Delete, new Tombstone({ id: new URL(note) }));
  },
  again: (_, __, { activity }) => sent.get(activity),
};

// An activity that another server embeds in its own is believed only when it stands at its id.
async function activityAt(ctx, address) {
  const activity = sent.get(address);
  return activity === undefined ? new Response("not found", { status: 404 }) : new Response(
    JSON.stringify(await activity.toJsonLd(ctx)), { headers: { "content-type": "application/activity+json" } });
}

function fresh() {
  return new URL(`${origin}/activities/${++number}`);
}

function last(address) {
  return address.split("/").at(-1);
}

function about(ctx, who, kind, object) {
  return new kind({ id: fresh(), actor: ctx.getActorUri(who), object, to: PUBLIC_COLLECTION });
}

async function perform(ctx, verb, told) {
  const activity = verbs[verb](ctx, told.as ?? people[0], told);
  sent.set(activity.id.href, activity);
  await ctx.sendActivity(
    { identifier: told.as ?? people[0] }, { id: new URL(told.to), inboxId: new URL(told.inbox) }, activity);
  return { activity: activity.id.href, object: activity.objectId?.href };
}

async function answer(request) {
  const { pathname } = new URL(request.url);
  if (pathname === "/seen") return Response.json(seen);
  const ctx = federation.createContext(request, undefined);
  if (pathname.startsWith("/do/")) {
    return Response.json(await perform(ctx, pathname.slice("/do/".length), await request.json()));
  }
  if (pathname.startsWith("/activities/")) return await activityAt(ctx, request.url);
  if (request.method === "POST") {
    // A valid proof would do for Fedify: the signature of the request is checked apart from it.
    const copy = request.clone();
    const scheme = copy.headers.has("signature-input") ? "rfc9421" : "draft-cavage-http-signatures-12";
    const key = await verifyRequest(copy, { documentLoader: ctx.documentLoader, contextLoader: ctx.contextLoader });
    seen.push({ type: "Request", scheme, verified: key !== null });
  }
  return await federation.fetch(request, { contextData: undefined });
}

createServer(async (incoming, outgoing) => {
  try {
    const body = await Array.fromAsync(incoming);
    const response = await answer(new Request(new URL(incoming.url, origin), {
      method: incoming.method,
      headers: incoming.headers,
      body: body.length > 0 ? Buffer.concat(body) : undefined,
    }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  } catch (problem) {
    outgoing.writeHead(500, { "content-type": "text/plain" });
    outgoing.end(String(problem?.stack ?? problem));
  }
}).listen(Number(port), "localhost", () => console.log(`The Fedify peer runs at ${origin}`));
