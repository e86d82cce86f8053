// Lets the providers' own libraries sign and verify webhooks.
// Reads a JSON array of tasks from standard input and writes a JSON array of results, in the same order, to standard output.
//
// task:    { sdk, do: "sign" | "verify", body, secret, url, now, headers }
//          body is base64, now is in Unix seconds, headers (of a request to be verified) have names in lower case
// result:  { body, headers } of the signed request, or { accepted }
import { createHash, createPrivateKey, randomUUID, sign as nodeSign } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const text = body => body.toString('utf8');
const fields = body => Object.fromEntries(new URLSearchParams(text(body)));
const throwsNothing = check => { try { check(); return true; } catch { return false; } };

// Each loads its library only when it is asked for: some take a second.
const sdks = {
  async stripe() {
    const { default: Stripe } = await import('stripe');
    const { webhooks } = new Stripe('sk_test_unused');
    return {
      sign: ({ body, secret, now }) => ({ headers: { 'Stripe-Signature': webhooks.generateTestHeaderString({ payload: text(body), secret, timestamp: now }) } }),
      verify: ({ body, secret, headers }) => throwsNothing(() => webhooks.constructEvent(body, headers['stripe-signature'], secret)),
    };
  },

  async github() {
    const { sign, verify } = await import('@octokit/webhooks-methods');
    return {
      sign: async ({ body, secret }) => ({ headers: { 'X-Hub-Signature-256': await sign(secret, text(body)), 'X-GitHub-Event': 'star', 'X-GitHub-Delivery': randomUUID() } }),
      verify: ({ body, secret, headers }) => verify(secret, text(body), headers['x-hub-signature-256']),
    };
  },

  // GitLab signs by Standard Webhooks and refers its users to the libraries of that.
  gitlab: () => standardWebhooks({ 'X-Gitlab-Event': 'Push Hook' }),

  'standard-webhooks': () => standardWebhooks({}),

  async twilio() {
    const { default: twilio } = await import('twilio');
    return {
      sign: ({ body, secret, url }) => ({ headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(secret, url, fields(body)) } }),
      verify: ({ body, secret, url, headers }) => twilio.validateRequest(secret, headers['x-twilio-signature'], url, fields(body)),
    };
  },

  async hubspot() {
    const { default: { Signature } } = await import('@hubspot/api-client');
    const signed = ({ body, secret, url }) => ({ clientSecret: secret, requestBody: text(body), url });
    return {
      sign(input) {
        const timestamp = input.now * 1000;
        const signature = Signature.getSignature('POST', 'v3', { ...signed(input), timestamp });
        return { headers: { 'X-HubSpot-Signature-v3': signature, 'X-HubSpot-Request-Timestamp': `${timestamp}` } };
      },
      verify({ headers, ...input }) {
        const version = headers['x-hubspot-signature-v3'] ? 'v3' : headers['x-hubspot-signature-version'];
        const signature = headers['x-hubspot-signature-v3'] ?? headers['x-hubspot-signature'];
        return Signature.isValid({ ...signed(input), method: 'POST', signatureVersion: version, signature, timestamp: Number(headers['x-hubspot-request-timestamp']) });
      },
    };
  },

  // The signature is in the body, one for each item.
  async adyen() {
    const { default: { hmacValidator: HmacValidator } } = await import('@adyen/api-library');
    const validator = new HmacValidator();
    return {
      sign({ body, secret }) {
        const notification = JSON.parse(text(body));
        for (const { NotificationRequestItem: item } of notification.notificationItems) {
          item.additionalData = { ...item.additionalData, hmacSignature: validator.calculateHmac(item, secret) };
        }

        return { body: Buffer.from(JSON.stringify(notification)), headers: {} };
      },
      verify: ({ body, secret }) => JSON.parse(text(body)).notificationItems.every(({ NotificationRequestItem: item }) => validator.validateHMAC(item, secret)),
    };
  },

  async shopify() {
    await import('@shopify/shopify-api/adapters/node');
    const { ApiVersion, shopifyApi } = await import('@shopify/shopify-api');
    const { createSHA256HMAC } = await import('@shopify/shopify-api/runtime');
    return {
      sign: async ({ body, secret }) => ({ headers: { 'X-Shopify-Hmac-Sha256': await createSHA256HMAC(secret, text(body)), 'X-Shopify-Topic': 'orders/create', 'X-Shopify-Webhook-Id': randomUUID() } }),
      async verify({ body, secret, headers }) {
        const app = shopifyApi({
          apiKey: 'unused', apiSecretKey: secret, hostName: 'hooks.example.com', apiVersion: ApiVersion.January24, isEmbeddedApp: false, scopes: ['read_orders'], logger: { log: () => {} },
        });
        return (await app.webhooks.validate({ rawBody: text(body), rawRequest: { method: 'POST', url: '/', headers } })).valid;
      },
    };
  },

  // WhatsApp's SDK computes the signature of its webhooks in a function that is not among its exports.
  async meta() {
    const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules');
    const { generateXHub256Sig } = createRequire(import.meta.url)(path.join(modules, 'whatsapp', 'build', 'utils.js'));
    return { sign: ({ body, secret }) => ({ headers: { 'X-Hub-Signature-256': `sha256=${generateXHub256Sig(text(body), secret)}` } }) };
  },

  // The SDK only verifies; what signs here is the library by which it does.
  async sendgrid() {
    const { default: { EventWebhook, EventWebhookHeader } } = await import('@sendgrid/eventwebhook');
    const { default: { Ecdsa, PrivateKey } } = await import('starkbank-ecdsa');
    const [signatureHeader, timestampHeader] = [EventWebhookHeader.SIGNATURE(), EventWebhookHeader.TIMESTAMP()];
    return {
      sign: ({ body, secret, now }) => ({ headers: { [signatureHeader]: Ecdsa.sign(`${now}${text(body)}`, PrivateKey.fromPem(secret)).toBase64(), [timestampHeader]: `${now}` } }),
      verify({ body, secret, headers }) {
        const webhook = new EventWebhook();
        const key = webhook.convertPublicKeyToECDSA(`-----BEGIN PUBLIC KEY-----\n${secret}\n-----END PUBLIC KEY-----`);
        return webhook.verifySignature(key, body, headers[signatureHeader.toLowerCase()], headers[timestampHeader.toLowerCase()]);
      },
    };
  },

  // No provider's, but what senders of tokens use.
  async jwt() {
    const { jwtVerify, SignJWT } = await import('jose');
    const hash = body => createHash('sha256').update(body).digest('hex');
    return {
      async sign({ body, secret, now }) {
        const token = new SignJWT({ payload_hash: hash(body) }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt(now).setExpirationTime(now + 60);
        return { headers: { Authorization: `Bearer ${await token.sign(Buffer.from(secret))}` } };
      },
      async verify({ body, secret, headers }) {
        const { payload } = await jwtVerify(headers.authorization.replace('Bearer ', ''), Buffer.from(secret));
        return payload.payload_hash === hash(body);
      },
    };
  },

  async razorpay() {
    const { default: Razorpay } = await import('razorpay');
    return { verify: ({ body, secret, headers }) => Razorpay.validateWebhookSignature(text(body), headers['x-razorpay-signature'], secret) };
  },

  async paddle() {
    const { Environment, LogLevel, Paddle } = await import('@paddle/paddle-node-sdk');
    const { webhooks } = new Paddle('unused', { environment: Environment.sandbox, logLevel: LogLevel.none });
    return { verify: ({ body, secret, headers }) => webhooks.isSignatureValid(text(body), secret, headers['paddle-signature']) };
  },

  // The SDK only verifies; Node itself signs.
  async discord() {
    const { default: { verifyKey } } = await import('discord-interactions');
    return {
      sign({ body, secret, now }) {
        const signature = nodeSign(null, Buffer.concat([Buffer.from(`${now}`), body]), createPrivateKey(secret)).toString('hex');
        return { headers: { 'X-Signature-Ed25519': signature, 'X-Signature-Timestamp': `${now}` } };
      },
      verify: ({ body, secret, headers }) => verifyKey(body, headers['x-signature-ed25519'], headers['x-signature-timestamp'], secret),
    };
  },
};

async function standardWebhooks(more) {
  const { Webhook } = await import('standardwebhooks');
  return {
    sign({ body, secret, now }) {
      const id = `msg_${randomUUID()}`;
      const signature = new Webhook(secret).sign(id, new Date(now * 1000), text(body));
      return { headers: { 'webhook-id': id, 'webhook-timestamp': `${now}`, 'webhook-signature': signature, ...more } };
    },
    verify: ({ body, secret, headers }) => throwsNothing(() => new Webhook(secret).verify(text(body), headers)),
  };
}

async function run(task) {
  const input = { ...task, body: Buffer.from(task.body, 'base64') };
  const sdk = await sdks[task.sdk]();
  if (task.do === 'verify') {
    // Some libraries answer, others throw: either way it is a refusal.
    return { accepted: await Promise.resolve().then(() => sdk.verify(input)).then(answer => answer === true, () => false) };
  }

  const { body = input.body, headers } = await sdk.sign(input);
  return { body: body.toString('base64'), headers };
}

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}

const results = [];
for (const task of JSON.parse(Buffer.concat(chunks).toString('utf8'))) {
  results.push(await run(task));
}

process.stdout.write(JSON.stringify(results));
