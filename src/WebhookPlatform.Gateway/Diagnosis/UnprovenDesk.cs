using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Quarantine;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>
/// Looks into requests that were not believed, after they have been answered: finds out why, tells operators, and keeps what may turn out to be right. Only as many as leave the
/// machine to the others: whoever floods us with forgeries must not make us think about each.
/// </summary>
public sealed partial class UnprovenDesk(
    SourceDirectory sources, SecretBook secrets, QuarantineStore quarantine, RejectionLog rejections, IngestQueue queue, IOptions<QuarantineOptions> options, TimeProvider clock, ILogger<UnprovenDesk> logger)
    : BackgroundService
{
    private const int MostWaiting = 256;
    private const int StoredTogether = 32;

    private readonly Channel<Errand> _waiting = Channel.CreateBounded<Errand>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ConcurrentDictionary<string, (Allowance Diagnoses, Allowance Kept)> _allowances = new(StringComparer.Ordinal);
    private readonly Allowance _diagnoses = new(atOnce: 20, perSecond: 4, clock);
    private readonly Allowance _kept = new(atOnce: 1000, perSecond: 100, clock);

    /// <summary>Takes a request over; its rejection is told in any case.</summary>
    public void Take(UnprovenRequest request)
    {
        var (diagnoses, kept) = _allowances.GetOrAdd(request.Source.Name, NewAllowances);
        var isKept = quarantine.IsWorthKeeping(request) && kept.TryTake() && _kept.TryTake();
        var isDiagnosed = request.Request.Body.Length <= Diagnostician.LargestBody && !queue.IsBusy && diagnoses.TryTake() && _diagnoses.TryTake();
        if (!isKept && !isDiagnosed)
        {
            rejections.Add(request.Rejection);
            return;
        }

        // The server reuses the headers when the request is over.
        request = request with { Request = request.Request with { Headers = HeaderClues.Copy(request.Request) } };
        request.Body.Hold();
        if (!_waiting.Writer.TryWrite(new Errand(request, isDiagnosed, isKept)))
        {
            request.Body.Release();
            rejections.Add(request.Rejection);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Errand>(StoredTogether);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < StoredTogether && _waiting.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }

                await LookIntoAsync(batch, stoppingToken);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            while (_waiting.Reader.TryRead(out var left))
            {
                rejections.Add(left.Request.Rejection);
                left.Request.Body.Release();
            }
        }
    }

    private async Task LookIntoAsync(List<Errand> batch, CancellationToken cancellationToken)
    {
        var kept = new List<(UnprovenRequest Request, Finding Finding)>(batch.Count);
        foreach (var (request, isDiagnosed, isKept) in batch)
        {
            var finding = isDiagnosed ? await DiagnoseAsync(request, cancellationToken) : Diagnostician.Undiagnosed(request.Failure);
            (request.Rejection.Cause, request.Rejection.Detail) = (finding.Cause, finding.Sentence);
            rejections.Add(request.Rejection);
            if (isKept)
            {
                kept.Add((request, finding));
            }
        }

        try
        {
            if (kept.Count > 0)
            {
                await quarantine.StoreAsync(kept, cancellationToken);
            }
        }
        catch (Exception failure)
        {
            LogNotKept(logger, kept.Count, failure.GetBaseException().Message);
        }
        finally
        {
            batch.ForEach(one => one.Request.Body.Release());
        }
    }

    private async Task<Finding> DiagnoseAsync(UnprovenRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Diagnostician.Diagnose(new UnprovenCase(request.Request, request.Source, request.Failure, request.ReceivedAt)
            {
                CalledUrl = request.CalledUrl,
                Others = [.. sources.All],
                Retired = await RetiredAsync(request.Source.Name, cancellationToken),
            });
        }
        catch (Exception fault)
        {
            LogFault(logger, request.Source.Name, fault.GetType().Name);
            return Diagnostician.Undiagnosed(request.Failure);
        }
    }

    // Without the database the rest can be found out all the same.
    private async Task<IReadOnlyList<RetiredSecret>> RetiredAsync(string source, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            return await secrets.RetiredAsync(source, limit.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException || Messaging.Outages.Outage.Is(failure))
        {
            return [];
        }
    }

    private (Allowance Diagnoses, Allowance Kept) NewAllowances(string source) =>
        (new Allowance(atOnce: 10, perSecond: 1, clock), new Allowance(10 * options.Value.MaxPerSecond, options.Value.MaxPerSecond, clock));

    private sealed record Errand(UnprovenRequest Request, bool IsDiagnosed, bool IsKept);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to source {Source} that was not believed could not be looked into ({Fault})")]
    private static partial void LogFault(ILogger logger, string source, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests that were not believed could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, int count, string reason);
}
