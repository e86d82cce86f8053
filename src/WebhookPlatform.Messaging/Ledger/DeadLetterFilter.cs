using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Wire;

namespace WebhookPlatform.Messaging.Ledger;

/// <summary>
/// Stands around the retries: what fails even here goes to the error queue, and is written down first. Best effort, since a message that cannot be
/// recorded must still leave the queue; the ledger then calls it missing, which is an alarm too many rather than one too few.
/// </summary>
internal sealed partial class DeadLetterFilter(NpgsqlDataSource database, TimeProvider clock, ILogger<DeadLetterFilter> logger) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (context.TryGetMessage<Bundle>(out var bundle))
            {
                await RecordAsync(bundle.Message.Messages, failure.GetBaseException().Message);
            }

            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letters");

    private async Task RecordAsync(IReadOnlyList<BundledMessage> messages, string error)
    {
        try
        {
            await using var command = database.CreateCommand(
                """
                INSERT INTO dead_letters (message_id, name, at, error) SELECT id, name, $3, $4 FROM unnest($1, $2) AS dead(id, name)
                ON CONFLICT (message_id) DO UPDATE SET at = excluded.at, error = excluded.error
                """);
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. messages.Select(message => message.MessageId).Distinct()] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. messages.DistinctBy(message => message.MessageId).Select(message => ShortText.Of(message.Name, 100))] });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ShortText.Of(error, DeadLetter.LongestError) });
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception failure)
        {
            LogNotRecorded(logger, messages[0].MessageId, failure.GetBaseException().Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} goes to the error queue and could not be written down as dead: {Reason}")]
    private static partial void LogNotRecorded(ILogger logger, Guid messageId, string reason);
}
