using System.Buffers;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Reads a body whole, within a size and a time.</summary>
public sealed class BodyReader(BodyBudget budget, TimeProvider clock)
{
    // Kestrel ends a body that trickles (below 240 bytes/s); this ends one that takes its time evenly.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly byte[] Empty = [];

    // Nearly all webhooks are smaller, and are read into one array of their own size.
    private const int FirstBuffer = 64 * 1024;

    /// <summary>The body's bytes. The caller gives their memory back to the budget with <see cref="Release"/>.</summary>
    /// <exception cref="RequestRefusedException">Too large (413), too slow (408), cut short (400) or no memory left for it (503).</exception>
    public async Task<byte[]> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            throw RequestRefusedException.TooLarge(limit);
        }

        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, request.HttpContext.RequestAborted);
        try
        {
            return request.ContentLength switch
            {
                0 => Empty,
                <= FirstBuffer and var length => await ReadSmallAsync(request, (int)length, either.Token),
                var length => await ReadGrowingAsync(request, (int)(length ?? FirstBuffer), limit, either.Token),
            };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new RequestRefusedException(StatusCodes.Status408RequestTimeout, "body-too-slow", $"The body took longer than {Deadline.TotalSeconds:0} seconds.");
        }
        catch (BadHttpRequestException malformed)
        {
            throw Malformed(malformed.StatusCode);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The connection broke in the middle of the body: nobody will read the answer, but operators see that it happened.
            // Kestrel must not look for the rest of the body, which it would log as an error of ours.
            request.HttpContext.Abort();
            throw Malformed(StatusCodes.Status400BadRequest);
        }
    }

    public void Release(byte[] body) => budget.Return(body.Length);

    private static RequestRefusedException Malformed(int status) =>
        new(status, status is StatusCodes.Status408RequestTimeout ? "body-too-slow" : "body-malformed", "The body ended early or is not what its headers announce.");

    // An announced length is only a promise: what is set aside grows with what comes, so that announcing much and sending nothing takes nothing from others.
    private async Task<byte[]> ReadGrowingAsync(HttpRequest request, int expected, int limit, CancellationToken cancellationToken)
    {
        var taken = 0;
        var buffer = Rent(Math.Min(expected, FirstBuffer), ref taken);
        var kept = 0;
        try
        {
            var filled = 0;
            int read;
            while ((read = await request.Body.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
            {
                filled += read;
                if (filled > limit)
                {
                    throw RequestRefusedException.TooLarge(limit);
                }

                if (filled == buffer.Length)
                {
                    var larger = Rent(Math.Min(limit + 1, buffer.Length * 2), ref taken);
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            kept = filled;
            return buffer.AsSpan(0, filled).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            budget.Return(taken - kept);
        }
    }

    /// <summary>Rents a buffer and raises what is taken from the budget to its size.</summary>
    private byte[] Rent(int size, ref int taken)
    {
        Take(size - taken);
        taken = size;
        return ArrayPool<byte>.Shared.Rent(size);
    }

    private async Task<byte[]> ReadSmallAsync(HttpRequest request, int length, CancellationToken cancellationToken)
    {
        Take(length);
        try
        {
            var body = new byte[length];
            await request.Body.ReadExactlyAsync(body, cancellationToken);
            return body;
        }
        catch (Exception failure)
        {
            budget.Return(length);
            throw failure is EndOfStreamException ? new BadHttpRequestException("Unexpected end of request content.") : failure;
        }
    }

    private void Take(int bytes)
    {
        if (!budget.TryTake(bytes))
        {
            throw new IngestRefusedException("bodies-full", "The bodies under way take all the memory that is set aside for them.");
        }
    }
}
