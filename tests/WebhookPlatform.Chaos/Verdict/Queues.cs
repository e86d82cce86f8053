using System.Globalization;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WebhookPlatform.Chaos.Cluster;

namespace WebhookPlatform.Chaos.Verdict;

/// <summary>Looks into the broker's queues without taking anything out.</summary>
internal sealed class Queues(Servers servers)
{
    /// <summary>By queue: messages that are ready or unacknowledged.</summary>
    public async Task<Dictionary<string, long>> DepthsAsync() =>
        (await servers.AskBrokerAsync("list_queues", "name", "messages"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('\t'))
            .Where(fields => fields.Length == 2 && long.TryParse(fields[1], CultureInfo.InvariantCulture, out _))
            .ToDictionary(fields => fields[0], fields => long.Parse(fields[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>The ids of the messages in a queue's error queue; they go back when the channel closes.</summary>
    public async Task<HashSet<Guid>> ErrorsAsync(string queue, CancellationToken cancellationToken)
    {
        var name = queue + "_error";
        await using var connection = await new ConnectionFactory { Uri = servers.Broker }.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var ids = new HashSet<Guid>();

        try
        {
            await channel.QueueDeclarePassiveAsync(name, cancellationToken);
        }
        catch (OperationInterruptedException)
        {
            // It is made when it is needed first.
            return ids;
        }

        while (await channel.BasicGetAsync(name, autoAck: false, cancellationToken) is { } dead)
        {
            using var envelope = JsonDocument.Parse(dead.Body);
            foreach (var message in envelope.RootElement.GetProperty("message").GetProperty("messages").EnumerateArray())
            {
                ids.Add(message.GetProperty("messageId").GetGuid());
            }
        }

        return ids;
    }
}
