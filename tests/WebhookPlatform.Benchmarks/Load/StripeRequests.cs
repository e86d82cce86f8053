using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WebhookPlatform.Benchmarks.Load;

/// <summary>
/// Unique, signed Stripe events of about 1 KB as whole HTTP requests, all of the same length. Signing one costs about two microseconds.
/// One in ten is of <see cref="LargeAmount"/> or more, which a subscription or a rule can ask for. For one thread.
/// </summary>
public sealed class StripeRequests
{
    /// <summary>The name of the source they are for.</summary>
    public const string Source = "stripe";

    /// <summary>In minor units: what every tenth event has, and no other.</summary>
    public const int LargeAmount = 90_000;

    // Stand in the template for what differs, and are as long.
    private const string Id = "AAAAAAAAAAAABBBBBBBBBBBB";
    private const string Amount = "77777";

    private const int SignatureLength = SHA256.HashSizeInBytes * 2;

    private static readonly byte[] Digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8.ToArray();

    private readonly byte[] _secret;
    private readonly byte[] _signed;
    private readonly byte[] _head;
    private readonly int _bodyAt;
    private readonly int[] _idsAt;
    private readonly int[] _amountsAt;
    private readonly int _timestampAt;
    private readonly int _signatureAt;
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];
    private long _made;

    /// <param name="now">The time of signatures until <see cref="SignAt"/>: the receiver's tolerance bounds how long a request can be used.</param>
    public StripeRequests(string secret, DateTimeOffset now)
    {
        _secret = Encoding.UTF8.GetBytes(secret);
        var timestamp = now.ToUnixTimeSeconds();
        var before = $"{timestamp}.";
        var body = Body(timestamp);
        _signed = Encoding.ASCII.GetBytes(before + body);
        _bodyAt = before.Length;
        var head = $"POST /webhooks/{Source} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-8\r\n"
            + $"User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nContent-Length: {body.Length}\r\n"
            + $"Stripe-Signature: t={timestamp},v1={new string('0', SignatureLength)}\r\n\r\n";
        _head = Encoding.ASCII.GetBytes(head);
        _signatureAt = head.Length - SignatureLength - "\r\n\r\n".Length;
        _timestampAt = head.LastIndexOf("t=", StringComparison.Ordinal) + 2;
        _idsAt = PlacesOf(body, Id, Id);
        _amountsAt = PlacesOf(body, $":{Amount},", Amount);
        Length = _head.Length + body.Length;
        BodyLength = body.Length;
    }

    /// <summary>Bytes of a request, headers included.</summary>
    public int Length { get; }

    /// <summary>Bytes of a request's body.</summary>
    public int BodyLength { get; }

    /// <summary>Changes the time of the signatures that follow.</summary>
    public void SignAt(DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds();
        timestamp.TryFormat(_signed, out _, provider: CultureInfo.InvariantCulture);
        timestamp.TryFormat(_head.AsSpan(_timestampAt), out _, provider: CultureInfo.InvariantCulture);
    }

    /// <summary>Writes the next request to the front of <paramref name="target"/>.</summary>
    public void Next(Span<byte> target)
    {
        var number = _made++;
        Span<byte> id = stackalloc byte[Id.Length];
        Encoding.ASCII.GetBytes(_run, id);
        for (var (at, rest) = (Id.Length - 1, number); at >= _run.Length; at--, rest /= Digits.Length)
        {
            id[at] = Digits[rest % Digits.Length];
        }

        var body = _signed.AsSpan(_bodyAt);
        foreach (var at in _idsAt)
        {
            id.CopyTo(body[at..]);
        }

        var amount = number % 10 == 0 ? LargeAmount + (number / 10 % 10_000) : 10_000 + (number % 80_000);
        foreach (var at in _amountsAt)
        {
            amount.TryFormat(body[at..], out _, provider: CultureInfo.InvariantCulture);
        }

        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, _signed, signature);
        _head.CopyTo(target);
        Convert.TryToHexStringLower(signature, target[_signatureAt..], out _);
        body.CopyTo(target[_head.Length..]);
    }

    private static int[] PlacesOf(string text, string surrounded, string part)
    {
        var places = new List<int>();
        for (var at = text.IndexOf(surrounded, StringComparison.Ordinal); at >= 0; at = text.IndexOf(surrounded, at + 1, StringComparison.Ordinal))
        {
            places.Add(at + surrounded.IndexOf(part, StringComparison.Ordinal));
        }

        return [.. places];
    }

    private static string Body(long now) => JsonSerializer.Serialize(new
    {
        id = "evt_" + Id,
        @object = "event",
        api_version = "2025-09-30.clover",
        created = now,
        data = new
        {
            @object = new
            {
                id = "pi_" + Id,
                @object = "payment_intent",
                amount = int.Parse(Amount, CultureInfo.InvariantCulture),
                amount_capturable = 0,
                amount_received = int.Parse(Amount, CultureInfo.InvariantCulture),
                capture_method = "automatic",
                client_secret = "pi_" + Id + "_secret_Zk3vT9qLx1mW7rBn5yHc2dJs",
                confirmation_method = "automatic",
                created = now - 30,
                currency = "eur",
                customer = "cus_Q4fKd82LmPz7Xa",
                description = "Pro plan, monthly, seven seats, invoice to the head office",
                last_payment_error = (string?)null,
                latest_charge = "ch_" + Id,
                livemode = false,
                metadata = new { order_id = "48213", campaign = "spring-sale-2026" },
                payment_method = "pm_1QyTzK2eZvKYlo2C8mWd0aBc",
                payment_method_types = new[] { "card", "link" },
                receipt_email = "ada.okafor@example.com",
                statement_descriptor = "ACME PRO PLAN",
                status = "succeeded",
            },
        },
        livemode = false,
        pending_webhooks = 1,
        request = new { id = "req_8dKfQ2mLx0Pz7a", idempotency_key = "5f0c9a52-77f3-4d0e-9f35-1f6c4f0c2b11" },
        type = "payment_intent.succeeded",
    });
}
