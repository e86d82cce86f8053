using System.Text;
using System.Text.Json;
using WebhookPlatform.Contracts;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.UnitTests.Simulators;

public sealed class SimulatorPayloadTests
{
    public static TheoryData<string, string> AllEvents() => Simulation.AllEvents();

    [Theory]
    [MemberData(nameof(AllEvents))]
    public void Every_payload_is_what_its_content_type_says(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        for (var seed = 0; seed < 100; seed++)
        {
            var request = simulator.Create(eventType, Simulation.Context(provider, seed));
            if (request.Body.Length == 0)
            {
                Assert.True(simulator.FindEvent(eventType)!.IsHandshake);
                continue;
            }

            var contentType = request.Headers.Single(header => header.Key == "Content-Type").Value.Split(';')[0];
            if (contentType is "application/x-www-form-urlencoded")
            {
                Assert.All(Encoding.UTF8.GetString(request.Body).Split('&'), pair => Assert.Matches("^[A-Za-z_]+=[A-Za-z0-9%+._-]*$", pair));
            }
            else
            {
                // Amazon calls its JSON plain text.
                Assert.Contains(contentType, new[] { "application/json", "application/cloudevents+json", "text/plain" });
                Assert.True(request.Json().ValueKind is JsonValueKind.Object or JsonValueKind.Array);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllEvents))]
    public void Every_webhook_has_an_id_of_its_own(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var context = Simulation.Context(provider, seed: 7, new Story());
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 0; number < 500; number++)
        {
            var request = simulator.Create(eventType, context);
            Assert.True(ids.Add(request.EventId), "repeated " + request.EventId);
            Assert.Equal(eventType, request.EventType);
        }
    }

    [Theory]
    [MemberData(nameof(AllEvents))]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;

        Assert.Equal(simulator.Create(eventType, Simulation.Context(provider, 1)).Body, simulator.Create(eventType, Simulation.Context(provider, 1)).Body);
        Assert.NotEqual(simulator.Create(eventType, Simulation.Context(provider, 1)).EventId, simulator.Create(eventType, Simulation.Context(provider, 2)).EventId);
    }

    [Fact]
    public void Every_domain_event_a_simulator_promises_is_a_contract()
    {
        var contracts = typeof(IDomainEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IDomainEvent))).Select(type => type.Name).ToHashSet(StringComparer.Ordinal);

        Assert.Subset(contracts, SimulatorCatalog.All.SelectMany(simulator => simulator.Events).Select(known => known.Becomes).OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void A_Stripe_event_carries_its_id_type_and_money()
    {
        var request = Create("stripe", "payment_intent.succeeded");

        Assert.Equal(request.EventId, request.Json().At("id").GetString());
        Assert.Equal("payment_intent.succeeded", request.Json().At("type").GetString());
        Assert.Equal(Simulation.Start.ToUnixTimeSeconds(), request.Json().At("created").GetInt64());
        Assert.Equal("succeeded", request.Json().At("data.object.status").GetString());
        Assert.InRange(request.Json().At("data.object.amount_received").GetInt64(), 1, 100_000);
        Assert.Matches("^[a-z]{3}$", request.Json().At("data.object.currency").GetString());
    }

    [Fact]
    public void A_GitHub_merge_is_a_closed_pull_request_and_its_event_is_in_the_header()
    {
        var request = Create("github", "pull_request.merged");

        Assert.Contains(new("X-GitHub-Event", "pull_request"), request.Headers);
        Assert.Contains(new("X-GitHub-Delivery", request.EventId), request.Headers);
        Assert.Equal("closed", request.Json().At("action").GetString());
        Assert.True(request.Json().At("pull_request.merged").GetBoolean());
        Assert.Equal(JsonValueKind.Object, request.Json().At("pull_request.merged_by").ValueKind);
    }

    [Fact]
    public void A_GitHub_push_ends_with_its_head_commit()
    {
        var push = Create("github", "push").Json();
        var commits = push.At("commits");

        Assert.Equal(push.At("after").GetString(), push.At("head_commit.id").GetString());
        Assert.Equal(push.At("after").GetString(), commits[commits.GetArrayLength() - 1].At("id").GetString());
        Assert.StartsWith("refs/heads/", push.At("ref").GetString());
    }

    [Fact]
    public void A_MinIO_key_is_encoded_in_the_record_and_plain_in_the_envelope()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var json = Simulation.Create("minio", "s3:ObjectCreated:Put", seed).Json();
            var encoded = json.At("Records.0.s3.object.key").GetString()!;

            Assert.DoesNotContain('/', encoded);
            Assert.DoesNotContain(' ', encoded);
            var decoded = Uri.UnescapeDataString(encoded.Replace('+', ' '));
            Assert.Equal(json.At("Key").GetString(), json.At("Records.0.s3.bucket.name").GetString() + "/" + decoded);
        }
    }

    [Fact]
    public void A_Slack_message_carries_event_id_team_and_time()
    {
        var request = Create("slack", "message");

        Assert.Equal("event_callback", request.Json().At("type").GetString());
        Assert.Equal(request.EventId, request.Json().At("event_id").GetString());
        Assert.Equal(Simulation.Start.ToUnixTimeSeconds(), request.Json().At("event_time").GetInt64());
        Assert.Equal(request.Json().At("team_id").GetString(), request.Json().At("event.team").GetString());
    }

    [Theory]
    [InlineData("stripe", "payment_intent.succeeded", "data.object.id", "charge.refunded", "data.object.payment_intent")]
    [InlineData("razorpay", "payment.captured", "payload.payment.entity.id", "refund.processed", "payload.refund.entity.payment_id")]
    [InlineData("standard-webhooks", "payment.completed", "data.paymentId", "payment.refunded", "data.paymentId")]
    [InlineData("github", "pull_request.opened", "pull_request.id", "pull_request.merged", "pull_request.id")]
    public void In_a_story_each_opening_is_followed_up_once(string provider, string opening, string openingId, string followUp, string followUpId)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var story = new Story();
        var context = Simulation.Context(provider, seed: 3, story);

        var opened = Many(10, () => simulator.Create(opening, context).Json().At(openingId).GetRawText());
        var followed = Many(10, () => simulator.Create(followUp, context).Json().At(followUpId).GetRawText());

        Assert.Equal(opened.Order(StringComparer.Ordinal), followed.Order(StringComparer.Ordinal));
        Assert.False(story.HasOpening);
        Assert.DoesNotContain(simulator.Create(followUp, context).Json().At(followUpId).GetRawText(), opened);
    }

    [Fact]
    public void A_Stripe_refund_is_of_the_payments_currency_and_never_more_than_it()
    {
        var simulator = SimulatorCatalog.Find("stripe")!;
        var context = Simulation.Context("stripe", seed: 5, new Story());
        for (var number = 0; number < 50; number++)
        {
            var payment = simulator.Create("payment_intent.succeeded", context).Json().At("data.object");
            var refund = simulator.Create("charge.refunded", context).Json();

            Assert.Equal(payment.At("currency").GetString(), refund.At("data.object.currency").GetString());
            Assert.Equal(payment.At("amount").GetInt64(), refund.At("data.object.amount").GetInt64());
            Assert.InRange(refund.At("data.object.amount_refunded").GetInt64(), 1, payment.At("amount").GetInt64());
            Assert.Equal(0, refund.At("data.previous_attributes.amount_refunded").GetInt64());
        }
    }

    [Fact]
    public void A_story_forgets_the_oldest_opening_when_it_is_full()
    {
        var story = new Story();
        var openings = Enumerable.Range(0, Story.Capacity + 1).Select(number => $"opening {number}").ToList();
        openings.ForEach(story.Remember);

        var taken = new List<string>();
        while (story.Take<string>(new Random(1)) is { } opening)
        {
            taken.Add(opening);
        }

        Assert.Equal(openings.Skip(1).Order(StringComparer.Ordinal), taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unknown_event_is_refused_with_the_list_of_known_ones()
    {
        foreach (var simulator in SimulatorCatalog.All)
        {
            var refusal = Assert.Throws<ArgumentException>(() => simulator.Create("no.such.event", Simulation.Context(simulator.Provider, 1)));
            Assert.Contains(simulator.Events[0].Name, refusal.Message, StringComparison.Ordinal);
        }
    }

    private static SignedRequest Create(string provider, string eventType) => Simulation.Create(provider, eventType, seed: 11);

    private static List<string> Many(int count, Func<string> make) => [.. Enumerable.Range(0, count).Select(_ => make())];
}
