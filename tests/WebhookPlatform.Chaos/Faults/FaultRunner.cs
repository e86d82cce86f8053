using System.Collections.Concurrent;
using System.Globalization;
using WebhookPlatform.Chaos.Cluster;
using WebhookPlatform.Chaos.Load;

namespace WebhookPlatform.Chaos.Faults;

/// <summary>Makes the plan happen, and measures after each fault how long the platform takes to work again.</summary>
public sealed class FaultRunner(Platform platform, Canaries canaries, Poisoner poisoner, int seed, TimeProvider clock, Action<string> log)
{
    /// <summary>After this the next fault does not wait any more; the canary flies on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string UsualMemory = "0.3";

    private readonly ConcurrentQueue<Task<FaultRecord>> _records = new();
    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private int _poisons;

    /// <summary>Runs both tracks side by side.</summary>
    /// <param name="longestRecovery">When a canary has not arrived by then, the platform has not recovered.</param>
    /// <returns>The faults in the order in which they began, once the platform has recovered from each or has not in time.</returns>
    public async Task<IReadOnlyList<FaultRecord>> RunAsync(FaultPlan plan, TimeSpan longestRecovery, CancellationToken cancellationToken)
    {
        await Task.WhenAll(RunTrackAsync(plan.Servers, longestRecovery, cancellationToken), RunTrackAsync(plan.Services, longestRecovery, cancellationToken));
        return [.. (await Task.WhenAll(_records)).OrderBy(record => record.Began)];
    }

    private async Task RunTrackAsync(IReadOnlyList<PlannedFault> track, TimeSpan longestRecovery, CancellationToken cancellationToken)
    {
        foreach (var fault in track)
        {
            await Task.Delay(fault.Pause, clock, cancellationToken);
            var began = clock.GetUtcNow();
            log(string.Create(CultureInfo.InvariantCulture, $"[{(began - _started).TotalSeconds,6:0.0} s] {fault.Number,3}. {fault}"));
            await HappenAsync(fault, cancellationToken);
            var ended = clock.GetUtcNow();
            var record = RecoverAsync(fault, began, ended, longestRecovery, cancellationToken);
            _records.Enqueue(record);
            await Task.WhenAny(record, Task.Delay(Patience, clock, cancellationToken));
        }
    }

    private async Task<FaultRecord> RecoverAsync(PlannedFault fault, DateTimeOffset began, DateTimeOffset ended, TimeSpan longestRecovery, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(longestRecovery);
        TimeSpan? recovery = null;
        try
        {
            // What has to start again first is part of the recovery.
            await ReviveAsync(fault, deadline.Token);
            await canaries.FlyAsync(deadline.Token);
            recovery = clock.GetUtcNow() - ended;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log(string.Create(CultureInfo.InvariantCulture, $"           {fault.Number,3}. NOT recovered within {longestRecovery.TotalSeconds:0} s"));
        }

        return new FaultRecord(fault, began - _started, ended - _started, recovery);
    }

    /// <summary>Ends when the cause is gone.</summary>
    private async Task HappenAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        switch (fault.Kind)
        {
            case FaultKind.KillReplica:
                await KillAsync([platform.Find(fault.Target)], fault.Lasts, cancellationToken);
                break;
            case FaultKind.KillService:
                await KillAsync([.. platform.Replicas.Where(replica => replica.Service == fault.Target)], fault.Lasts, cancellationToken);
                break;
            case FaultKind.FreezeReplica:
                var replica = platform.Find(fault.Target);
                await DuringAsync(fault.Lasts, replica.FreezeAsync, replica.ThawAsync, cancellationToken);
                break;
            case FaultKind.KillServer:
                await platform.Servers.KillAsync(fault.Target);
                break;
            case FaultKind.ServerAway:
                await platform.Servers.KillAsync(fault.Target);
                await Task.Delay(fault.Lasts, clock, cancellationToken);
                break;
            case FaultKind.FreezeServer:
                await DuringAsync(fault.Lasts, () => platform.Servers.FreezeAsync(fault.Target), () => platform.Servers.ThawAsync(fault.Target), cancellationToken);
                break;
            case FaultKind.MemoryAlarm:
                await DuringAsync(fault.Lasts, () => platform.Servers.AskBrokerAsync("set_vm_memory_high_watermark", "0.0000001"), () => platform.Servers.AskBrokerAsync("set_vm_memory_high_watermark", UsualMemory), cancellationToken);
                break;
            case FaultKind.DiskAlarm:

                // Raised as the disk monitor raises it. A limit above the disk's size would keep the monitor asking ten times a second, which is another fault.
                await DuringAsync(fault.Lasts, () => platform.Servers.AskBrokerAsync("eval", "rabbit_alarm:set_alarm({{resource_limit, disk, node()}, []})."), () => platform.Servers.AskBrokerAsync("eval", "rabbit_alarm:clear_alarm({resource_limit, disk, node()})."), cancellationToken);
                break;
            case FaultKind.Poison:
                await poisoner.PoisonAsync(seed, Interlocked.Increment(ref _poisons), cancellationToken);
                break;
        }
    }

    // As an operator or a supervisor would; services are started again by the platform's.
    private Task ReviveAsync(PlannedFault fault, CancellationToken cancellationToken) =>
        fault.Kind is FaultKind.KillServer or FaultKind.ServerAway ? platform.Servers.StartAsync(fault.Target, cancellationToken) : Task.CompletedTask;

    private async Task KillAsync(IReadOnlyList<Replica> replicas, TimeSpan lasts, CancellationToken cancellationToken)
    {
        foreach (var replica in replicas)
        {
            replica.Kill();
        }

        await Task.Delay(lasts, clock, cancellationToken);
        foreach (var replica in replicas)
        {
            replica.Release();
        }
    }

    private async Task DuringAsync<TBegin, TEnd>(TimeSpan lasts, Func<TBegin> begin, Func<TEnd> end, CancellationToken cancellationToken)
        where TBegin : Task
        where TEnd : Task
    {
        await begin();
        try
        {
            await Task.Delay(lasts, clock, cancellationToken);
        }
        finally
        {
            await end();
        }
    }
}

/// <summary>A fault as it happened.</summary>
/// <param name="Began">Since the run's start.</param>
/// <param name="Ended">When its cause was gone.</param>
/// <param name="Recovery">From then until a fresh webhook had gone all the way; null when that did not happen in time.</param>
public sealed record FaultRecord(PlannedFault Fault, TimeSpan Began, TimeSpan Ended, TimeSpan? Recovery);
