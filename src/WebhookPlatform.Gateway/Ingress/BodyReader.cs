using System.Buffers;
using System.Numerics;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Reads a body whole, within a size and a time.</summary>
public sealed class BodyReader(BodyBudget budget, TimeProvider clock)
{
    // Kestrel ends a body that trickles (below 240 bytes/s); this ends one that takes its time evenly.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // Nearly all webhooks are smaller, and are read into one buffer of their own size.
    private const int FirstBuffer = 64 * 1024;

    /// <summary>The body; the caller releases it.</summary>
    /// <exception cref="RequestRefusedException">Too large (413), too slow (408) or cut short (400).</exception>
    /// <exception cref="IngestRefusedException">No memory is left for it (503).</exception>
    public async ValueTask<RequestBody> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            throw RequestRefusedException.TooLarge(limit);
        }

        try
        {
            return TryReadArrived(request) ?? await AwaitAsync(request, limit);
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

    // As a rule a webhook arrives together with its headers.
    private RequestBody? TryReadArrived(HttpRequest request)
    {
        if (request.ContentLength is not (> 0 and <= FirstBuffer and var length) || !request.BodyReader.TryRead(out var arrived))
        {
            return null;
        }

        if (arrived.Buffer.Length < length)
        {
            request.BodyReader.AdvanceTo(arrived.Buffer.Start, arrived.Buffer.End);
            return null;
        }

        var taken = 0;
        var buffer = Rent((int)length, ref taken);
        arrived.Buffer.Slice(0, length).CopyTo(buffer);
        request.BodyReader.AdvanceTo(arrived.Buffer.End);
        return new RequestBody(budget, buffer, (int)length, taken);
    }

    private async Task<RequestBody> AwaitAsync(HttpRequest request, int limit)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, request.HttpContext.RequestAborted);
        try
        {
            return await ReadGrowingAsync(request, limit, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new RequestRefusedException(StatusCodes.Status408RequestTimeout, "body-too-slow", $"The body took longer than {Deadline.TotalSeconds:0} seconds.");
        }
    }

    private static RequestRefusedException Malformed(int status) =>
        new(status, status is StatusCodes.Status408RequestTimeout ? "body-too-slow" : "body-malformed", "The body ended early or is not what its headers announce.");

    // An announced length is only a promise: what is set aside grows with what comes, so that announcing much and sending nothing takes nothing from others.
    private async Task<RequestBody> ReadGrowingAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var taken = 0;
        var buffer = Rent((int)Math.Min(request.ContentLength ?? FirstBuffer, FirstBuffer), ref taken);
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

                if (filled == request.ContentLength)
                {
                    break;
                }

                if (filled == buffer.Length)
                {
                    var larger = Rent((int)Math.Min(request.ContentLength ?? limit + 1, buffer.Length * 2L), ref taken);
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return new RequestBody(budget, buffer, filled, taken);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            budget.Return(taken);
            throw;
        }
    }

    /// <summary>Rents a buffer and raises what is taken from the budget to its size.</summary>
    private byte[] Rent(int size, ref int taken)
    {
        // The pool's buffers have these sizes.
        var rounded = (int)BitOperations.RoundUpToPowerOf2((uint)size);
        if (!budget.TryTake(rounded - taken))
        {
            throw new IngestRefusedException("bodies-full", "The bodies under way take all the memory that is set aside for them.");
        }

        taken = rounded;
        return ArrayPool<byte>.Shared.Rent(rounded);
    }
}
