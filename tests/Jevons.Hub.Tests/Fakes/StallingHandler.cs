namespace Jevons.Hub.Tests.Fakes;

/// <summary>Real sockets, except that the first body from the content network stops delivering after some bytes, while the clock goes on.</summary>
public sealed class StallingHandler : DelegatingHandler
{
    private readonly EagerTime _time;
    private readonly TimeSpan _stall;
    private int _left;
    private bool _used;

    public StallingHandler(EagerTime time, TimeSpan stall, int afterBytes)
        : base(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        _time = time;
        _stall = stall;
        _left = afterBytes;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (!_used && request.RequestUri!.AbsolutePath.StartsWith("/blob/", StringComparison.Ordinal))
        {
            _used = true;
            response.Content = new StreamContent(new StallingStream(this, await response.Content.ReadAsStreamAsync(cancellationToken)));
        }

        return response;
    }

    private sealed class StallingStream(StallingHandler owner, Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (owner._left == 0)
            {
                owner._time.Advance(owner._stall);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            int read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, owner._left)], cancellationToken);
            owner._left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
