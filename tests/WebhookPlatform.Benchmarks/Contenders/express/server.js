// The least that answers a webhook: reads the body, looks for the signature's header without checking it, stores nothing.
'use strict';

const express = require('express');

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.post('/webhooks/:source', express.raw({ type: () => true, limit: '1mb' }), (request, response) => {
  if (!request.get('Stripe-Signature')) {
    response.status(401).json({ error: 'unsigned' });
    return;
  }

  response.json({ received: true, bytes: request.body.length });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
