using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Platform.Tasks.Client;
using Platform.TestKit;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Payloads;

/// <summary>Beside no other test: what is allocated in the process is looked at.</summary>
[CollectionDefinition(nameof(PayloadMemoryTests), DisableParallelization = true)]
[Collection(nameof(PayloadMemoryTests))]
public sealed class PayloadMemoryTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Length = 16 * 1024 * 1024 - 100;

    /// <summary>Half-way, who held it would hold 8 MiB.</summary>
    private const long Most = 6 * 1024 * 1024;

    [Fact]
    public async Task Payload_Of16MiB_IsNowhereHeldAsAWhole()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var (before, written, sent, read) = (0L, long.MinValue, long.MinValue, long.MinValue);
        var documents = new Documents
        {
            Hash = async (json, cancellationToken) =>
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var (buffer, total) = (new byte[8192], 0);
                for (int taken; (taken = await json.ReadAsync(buffer, cancellationToken)) > 0; total += taken)
                {
                    hash.AppendData(buffer.AsSpan(0, taken));
                    if (total < Length / 2 && total + taken >= Length / 2)
                    {
                        read = Math.Max(read, Held() - before);
                    }
                }

                return Convert.ToHexStringLower(hash.GetHashAndReset());
            },
        };
        var app = platform.StartApp(services: documents.AddTo, settings: ("Tasks:Concurrency", "1"));
        using var ada = app.ClientOf("usr_ada");
        await ada.WaitForAsync(await ada.SubmitAsync(Documents.StreamType, new { }), "succeeded");
        before = Held();

        await using var enqueued = new LongText("", Length, "", () => written = Held() - before);
        await app.Get<TaskClient>().EnqueueAsync<Stream>(Documents.StreamType, enqueued);
        await using var body = new LongText("""{"type":"document-stream","payload":""", Length, "}", () => sent = Held() - before);
        using var content = new StreamContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await ada.PostAsync("/v1/tasks", content);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Eventually.TrueAsync(() => documents.Read.Count == 3, TimeSpan.FromSeconds(60), "both were read");

        Assert.Equal(2, documents.Read.Distinct().Count());
        Assert.All([written, sent, read], held => Assert.InRange(held, long.MinValue + 1, Most));
    }

    private static long Held() => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>A JSON object of one long list, made while it is read.</summary>
    private sealed class LongText(string head, int length, string tail, Action halfway) : Stream
    {
        private static readonly byte[] Begin = "{\"list\":[1"u8.ToArray();

        private readonly byte[] _head = [.. System.Text.Encoding.UTF8.GetBytes(head), .. Begin];
        private readonly byte[] _tail = System.Text.Encoding.UTF8.GetBytes("]}" + tail);
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        private int Total => _head.Length + Middle + _tail.Length;

        /// <summary>Even: pairs of a comma and a digit.</summary>
        private int Middle => (length - Begin.Length - 2) & ~1;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var taken = Math.Min(count, Total - _position);
            for (var i = 0; i < taken; i++)
            {
                var at = _position + i;
                buffer[offset + i] = at < _head.Length ? _head[at]
                    : at < _head.Length + Middle ? ((at - _head.Length) % 2 == 0 ? (byte)',' : (byte)'7')
                    : _tail[at - _head.Length - Middle];
            }

            if (_position < Total / 2 && _position + taken >= Total / 2)
            {
                halfway();
            }

            _position += taken;
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
