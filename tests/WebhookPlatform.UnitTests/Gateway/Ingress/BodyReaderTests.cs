using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.UnitTests.Gateway.Ingress;

/// <summary>Bodies come whole whichever way they come, and their memory goes back.</summary>
public sealed class BodyReaderTests
{
    private const int Limit = 300_000;
    private const long Memory = 1024 * 1024;

    private readonly BodyBudget _budget = new(Memory);

    public static TheoryData<int, int, bool> Bodies => new()
    {
        { 0, 1, true }, { 0, 1, false }, { 1, 1, true }, { 1000, 1000, true }, { 1000, 7, true }, { 1000, 1000, false }, { 65_536, 65_536, true }, { 65_537, 4096, true },
        { 200_000, 50_000, true }, { 200_000, 50_000, false }, { Limit, 9999, true }, { Limit, Limit, false },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_comes_whole(int length, int piece, bool isAnnounced)
    {
        var sent = new byte[length];
        new Random(length).NextBytes(sent);

        var body = await Read(sent, piece, isAnnounced ? length : null);

        Assert.True(sent.AsSpan().SequenceEqual(body.Bytes.Span));
        body.Release();
        Assert.True(_budget.TryTake((int)Memory));
    }

    [Theory]
    [InlineData(Limit + 1, true)]
    [InlineData(Limit + 1, false)]
    [InlineData(2 * Limit, false)]
    public async Task A_body_over_the_limit_is_refused(int length, bool isAnnounced)
    {
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => Read(new byte[length], 10_000, isAnnounced ? length : null).AsTask());

        Assert.Equal(StatusCodes.Status413PayloadTooLarge, refused.Status);
        Assert.True(_budget.TryTake((int)Memory));
    }

    [Fact]
    public async Task Without_memory_it_is_refused_as_our_fault()
    {
        Assert.True(_budget.TryTake((int)Memory - 500));

        await Assert.ThrowsAsync<IngestRefusedException>(() => Read(new byte[1000], 1000, 1000).AsTask());

        Assert.True(_budget.TryTake(500));
    }

    [Fact]
    public async Task Its_memory_goes_back_when_the_last_holder_releases_it()
    {
        var body = await Read(new byte[1024], 1024, 1024);
        body.Hold();
        body.Release();
        Assert.False(_budget.TryTake((int)Memory));
        Assert.Equal(1024, body.Bytes.Length);

        body.Release();

        Assert.True(_budget.TryTake((int)Memory));
    }

    private ValueTask<RequestBody> Read(byte[] body, int piece, long? announced)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new Pieces(body, piece);
        context.Request.ContentLength = announced;
        return new BodyReader(_budget, TimeProvider.System).ReadAsync(context.Request, Limit);
    }

    /// <summary>Gives a body bit by bit, as a network does.</summary>
    private sealed class Pieces(byte[] body, int piece) : MemoryStream(body, writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await base.ReadAsync(buffer.Length > piece ? buffer[..piece] : buffer, cancellationToken);
        }
    }
}
