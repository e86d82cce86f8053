using System.Collections.Concurrent;

namespace WebhookPlatform.Messaging.Batching;

/// <summary>A thread that one flow of work has for itself: whatever it awaits, it goes on there, so that a thread pool full of other work cannot starve it.</summary>
internal sealed class OwnThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _steps = [];

    private OwnThread()
    {
    }

    /// <summary>Runs <paramref name="flow"/>, which may block, to its end on a new thread.</summary>
    /// <returns>Ends as the flow ends.</returns>
    public static Task RunAsync(string name, Func<Task> flow)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            var running = new OwnThread().Run(flow);
            ended.SetFromTask(running);
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return ended.Task;
    }

    public override void Post(SendOrPostCallback d, object? state) => _steps.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits for this thread.");

    private Task Run(Func<Task> flow)
    {
        SetSynchronizationContext(this);
        var running = flow();
        _ = running.ContinueWith(_ => _steps.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var (callback, state) in _steps.GetConsumingEnumerable())
        {
            callback(state);
        }

        return running;
    }
}
