using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Wire;

namespace WebhookPlatform.IntegrationTests.Messaging;

/// <summary>What travels to the platform's queues.</summary>
internal static class Bundles
{
    /// <summary>Sends messages to a queue as one bundle.</summary>
    public static async Task SendAsync(IBus bus, string queue, params (object Message, Guid Id)[] messages)
    {
        var bundle = new Bundle([.. messages.Select(entry => new BundledMessage(entry.Id, entry.Message.GetType().Name, TraceParent: null, Write(entry.Message)))]);
        await (await bus.GetSendEndpoint(new Uri($"exchange:{queue}"))).Send(bundle, TestContext.Current.CancellationToken);
    }

    /// <summary>Takes all that waits in a queue, in order.</summary>
    public static async Task<IReadOnlyList<BundledMessage>> TakeAsync(Uri broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var messages = new List<BundledMessage>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } received)
        {
            using var envelope = JsonDocument.Parse(received.Body);
            messages.AddRange(envelope.RootElement.GetProperty("message").Deserialize<Bundle>(JsonSerializerOptions.Web)!.Messages);
        }

        return messages;
    }

    private static byte[] Write(object message) => JsonSerializer.SerializeToUtf8Bytes(message, ContractCatalog.Find(message.GetType().Name)!);
}
