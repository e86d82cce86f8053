using System.Collections.Concurrent;
using System.Threading.Channels;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Looks into requests that were not believed, after they have been answered and only as many as leave the machine to the others: whoever floods us with forgeries must not make us think about each.</summary>
public sealed partial class UnprovenDesk(SourceDirectory sources, RejectionLog rejections, IngestQueue queue, TimeProvider clock, ILogger<UnprovenDesk> logger) : BackgroundService
{
    private const int MostWaiting = 256;

    private readonly Channel<(UnprovenRequest Request, bool IsDiagnosed)> _waiting = Channel.CreateBounded<(UnprovenRequest Request, bool IsDiagnosed)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ConcurrentDictionary<string, Allowance> _diagnosesBySource = new(StringComparer.Ordinal);
    private readonly Allowance _diagnoses = new(atOnce: 20, perSecond: 4, clock);

    /// <summary>Takes a request over; the rejection is told in any case.</summary>
    public void Take(UnprovenRequest request)
    {
        var isDiagnosed = MayBeDiagnosed(request);
        if (!isDiagnosed)
        {
            rejections.Add(request.Rejection);
            return;
        }

        // The server reuses the headers when the request is over.
        request = request with { Request = request.Request with { Headers = HeaderClues.Copy(request.Request) } };
        request.Body.Hold();
        if (!_waiting.Writer.TryWrite((request, isDiagnosed)))
        {
            request.Body.Release();
            rejections.Add(request.Rejection);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (request, isDiagnosed) in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                LookInto(request, isDiagnosed);
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

    private bool MayBeDiagnosed(UnprovenRequest request) =>
        request.Request.Body.Length <= Diagnostician.LargestBody
        && !queue.IsBusy
        && _diagnosesBySource.GetOrAdd(request.Source.Name, static (_, clock) => new Allowance(atOnce: 10, perSecond: 1, clock), clock).TryTake()
        && _diagnoses.TryTake();

    private void LookInto(UnprovenRequest request, bool isDiagnosed)
    {
        try
        {
            var finding = isDiagnosed ? Diagnose(request) : Diagnostician.Undiagnosed(request.Failure);
            request.Rejection.Detail = finding.Sentence;
        }
        catch (Exception fault)
        {
            LogFault(logger, request.Source.Name, fault.GetType().Name);
        }
        finally
        {
            rejections.Add(request.Rejection);
            request.Body.Release();
        }
    }

    private Finding Diagnose(UnprovenRequest request) => Diagnostician.Diagnose(new UnprovenCase(request.Request, request.Source, request.Failure, request.ReceivedAt)
    {
        CalledUrl = request.CalledUrl,
        Others = [.. sources.All],
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to source {Source} that was not believed could not be looked into ({Fault})")]
    private static partial void LogFault(ILogger logger, string source, string fault);
}
