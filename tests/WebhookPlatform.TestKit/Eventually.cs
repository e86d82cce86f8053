using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace WebhookPlatform.TestKit;

/// <summary>Waiting for a condition with a deadline, instead of sleeping for a guess.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Ends when <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It did not within the deadline; names the condition and the last failure.</exception>
    public static Task IsTrue(Func<Task<bool>> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string? expression = null) =>
        Is(condition, value => value, deadline, expression);

    /// <summary>Asks until the answer satisfies <paramref name="accepts"/>, and gives that answer.</summary>
    /// <exception cref="TimeoutException">It did not within the deadline; names the question, the last answer and the last failure.</exception>
    public static async Task<T> Is<T>(Func<Task<T>> ask, Func<T, bool> accepts, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(ask))] string? expression = null)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(10);
        while (true)
        {
            object? last;
            try
            {
                var answer = await ask();
                if (accepts(answer))
                {
                    return answer;
                }

                last = answer;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                last = failure;
            }

            if (Stopwatch.GetElapsedTime(started) > (deadline ?? Deadline))
            {
                throw new TimeoutException($"Not in time: {expression}. Last: {last}");
            }

            await Task.Delay(pause);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 1.5, 250));
        }
    }
}
