using System.Diagnostics;
using System.Runtime.ExceptionServices;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Messaging.Effects;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>Unpacks bundles into the pipeline. What cannot be applied is sent on as a bundle of its own, so that only it is retried and ends in the error queue.</summary>
internal sealed class BundleHandler<TContext>(string queue, EffectPipeline<TContext> pipeline)
    where TContext : DbContext
{
    private static readonly ActivitySource Traces = new("WebhookPlatform.Effects");

    private readonly string _activity = $"{queue} effect";
    private readonly Uri _self = new($"exchange:{queue}");

    public async Task HandleAsync(ConsumeContext<Bundle> context)
    {
        var messages = context.Message.Messages;
        var failures = await Task.WhenAll(messages.Select(message => ApplyAsync(message, context.CancellationToken))).WaitAsync(context.CancellationToken);
        if (messages.Count == 1 && failures[0] is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        foreach (var message in messages.Where((_, at) => failures[at] is not null))
        {
            await context.Send(_self, new Bundle([message]));
        }
    }

    /// <returns>Why it cannot be applied; null when its effects are committed.</returns>
    private async Task<Exception?> ApplyAsync(BundledMessage message, CancellationToken cancellationToken)
    {
        var cause = TraceContext.Parse(message.TraceParent);
        using var activity = Traces.StartActivity(_activity, ActivityKind.Consumer, cause);
        try
        {
            await pipeline.HandleAsync(new Received(message.MessageId, message.Read(), activity?.Context ?? cause, message.Body), cancellationToken);
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, failure.GetBaseException().Message);
            return failure;
        }
    }
}
