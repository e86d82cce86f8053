using System.Text;
using System.Text.Json;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Messaging.Wire;

namespace WebhookPlatform.UnitTests.Messaging;

/// <summary>What the relay writes around messages is what a consumer reads.</summary>
public sealed class BundleTests
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(512)]
    public void Consumer_reads_every_message_as_it_was_written(int count)
    {
        var messages = Messages(count);

        var read = ReadEnvelope(messages).Messages;

        Assert.Equal(messages.Select(message => (message.MessageId, message.Contract.Name, message.TraceParent)), read.Select(message => (message.MessageId, message.Name, message.TraceParent)));
        Assert.Equal(messages.Select(message => Encoding.UTF8.GetString(message.Body.Span)), read.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
        Assert.Equal(messages.Select(message => message.Contract), read.Select(message => message.Read().GetType()));
    }

    [Fact]
    public void Message_alone_can_be_read_by_people() =>
        Assert.Equal(Messages(1)[0].Contract.Name, Json(Messages(1)).GetProperty("message").GetProperty("messages")[0].GetProperty("name").GetString());

    [Fact]
    public void Bundle_written_by_a_consumer_for_the_error_queue_is_read_again()
    {
        var message = ReadEnvelope(Messages(2)).Messages[1];

        var again = JsonSerializer.Deserialize<Bundle>(JsonSerializer.Serialize(new Bundle([message]), JsonSerializerOptions.Web), JsonSerializerOptions.Web)!;

        Assert.Equal((message.MessageId, message.Name, Encoding.UTF8.GetString(message.Body.Span)), (again.Messages[0].MessageId, again.Messages[0].Name, Encoding.UTF8.GetString(again.Messages[0].Body.Span)));
    }

    [Fact]
    public void Pack_that_was_cut_anywhere_is_refused_or_gives_only_whole_messages()
    {
        var messages = Messages(2);
        using var buffer = new PooledBuffer(BundlePack.SizeOf(messages));
        BundlePack.Write(buffer, messages);
        var pack = buffer.WrittenMemory;

        for (var length = 0; length < pack.Length; length++)
        {
            try
            {
                Assert.All(BundlePack.Read(pack[..length]), read => Assert.Contains(messages, message => message.MessageId == read.MessageId && message.Body.Span.SequenceEqual(read.Body.Span)));
            }
            catch (JsonException)
            {
                // Refused.
            }
        }
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"packed":""}""")]
    [InlineData("""{"packed":"AQ=="}""")]
    [InlineData("""{"packed":"Ag=="}""")]
    [InlineData("""{"packed":"AQAAAAAAAAAAAAAAAAAAAAD/////"}""")]
    public void What_holds_no_message_is_refused(string bundle) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Bundle>(bundle, JsonSerializerOptions.Web));

    private static Outgoing[] Messages(int count)
    {
        var samples = ContractCatalog.DomainEvents.Select(contract => SampleEvents.Of(contract.Name, Now)!).ToList();
        return [.. Enumerable.Range(0, count).Select(at => Message(samples[at % samples.Count], at))];
    }

    private static Outgoing Message(IDomainEvent sample, int number) =>
        new(DeterministicId.From("bundle", $"{number}"), sample.GetType(), JsonSerializer.SerializeToUtf8Bytes(sample, ContractCatalog.Find(sample.GetType().Name)!)) { TraceParent = number % 2 == 0 ? Trace : null };

    private static Bundle ReadEnvelope(Outgoing[] messages) => Json(messages).GetProperty("message").Deserialize<Bundle>(JsonSerializerOptions.Web)!;

    private static JsonElement Json(Outgoing[] messages)
    {
        using var envelope = Envelope.OfBundle(messages, Now);
        return JsonElement.Parse(envelope.WrittenMemory.Span);
    }
}
