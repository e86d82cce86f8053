using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Automation.Storage;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Automation.Runs;

/// <summary>Executes runs, one action an attempt: each finished action is recorded before the next begins, so a retry goes on where it failed.</summary>
public sealed class RunWorker(
    IDbContextFactory<AutomationDbContext> contexts,
    HttpActionSender http,
    IOptions<AutomationOptions> automation,
    IOptions<OutboundOptions> outbound,
    TimeProvider clock,
    ILogger<RunWorker> logger)
    : Worker<AutomationDbContext, Run>(contexts, Settings(automation.Value, outbound.Value), clock, logger)
{
    // A request's own deadline, and enough for the database around it.
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(45);

    private readonly TimeProvider _clock = clock;

    protected override async Task<WorkOutcome> AttemptAsync(Run item, CancellationToken cancellationToken)
    {
        var started = _clock.GetUtcNow();
        var watch = _clock.GetTimestamp();
        var action = item.Actions[item.Step];
        var result = action switch
        {
            HttpAction request => await http.SendAsync(item, request, cancellationToken),
            NotifyAction notification => NotifyRendering.Render(item, notification),
            _ => ActionResult.Permanent($"Actions of the kind {action.GetType().Name} are not known."),
        };
        var report = new Report(result, started, _clock.GetElapsedTime(watch));
        RunMetrics.Attempted(action, result.Outcome, report.Duration);
        return result.Outcome switch
        {
            ActionOutcome.Succeeded when item.Step + 1 < item.Actions.Count => new WorkOutcome.Advanced { Report = report },
            ActionOutcome.Succeeded => new WorkOutcome.Succeeded { Report = report },
            ActionOutcome.Failed => new WorkOutcome.Failed(result.Error!, result.RetryAfter) { Report = report },
            _ => new WorkOutcome.Rejected(result.Error!) { Report = report },
        };
    }

    protected override void Record(AutomationDbContext db, Run item, WorkOutcome outcome, Action<object, Guid> publish)
    {
        var now = _clock.GetUtcNow();
        var report = outcome.Report as Report ?? new Report(ActionResult.Passing(item.LastError ?? ""), now, TimeSpan.Zero);
        var wasFailing = db.Entry(item).Property(run => run.LastError).OriginalValue is not null;
        db.Attempts.Add(Attempt(item, report));
        if (report.Result.Notification is { } notification)
        {
            publish(notification, notification.RequestId);
        }

        if (outcome is WorkOutcome.Advanced or WorkOutcome.Succeeded)
        {
            item.Step++;
        }

        var effect = item.State switch
        {
            WorkState.Succeeded => RunEffects.Succeeded(item, now),
            WorkState.Dead => RunEffects.Dead(item, now),
            _ when outcome is WorkOutcome.Failed && !wasFailing => RunEffects.Failed(item, now),
            _ => null,
        };
        if (effect is not null)
        {
            publish(effect, effect.EffectId);
        }

        if (item.State is not WorkState.Pending)
        {
            RunMetrics.Finished(item.State);
        }
    }

    private static RunAttempt Attempt(Run run, Report report) => new()
    {
        RunId = run.Id,
        Number = ++run.AttemptsRecorded,
        Step = run.Step,
        StartedAt = report.StartedAt,
        Duration = report.Duration,
        Outcome = report.Result.Outcome,
        HttpStatus = report.Result.HttpStatus,
        Error = report.Result.Error is null ? null : run.LastError,
        Response = report.Result.Response,
    };

    private static WorkSettings Settings(AutomationOptions automation, OutboundOptions outbound) =>
        new(automation.Parallelism, automation.MaxAttempts, automation.FirstPause, automation.LongestPause, outbound.Timeout + LeaseMargin);

    private sealed record Report(ActionResult Result, DateTimeOffset StartedAt, TimeSpan Duration);
}
