namespace Platform.Tasks;

/// <summary>
/// Sends what many want at the same moment together: while some is on its way, the next bundle gathers. Who is alone waits for nobody.
/// </summary>
/// <param name="mostItems">In a bundle.</param>
/// <param name="mostBytes">In a bundle that has more than one item.</param>
/// <param name="mostOnTheirWay">Bundles that are sent before the first is answered.</param>
/// <param name="send">Sends a bundle; answers for each item in its order.</param>
internal sealed class Bundler<TItem, TAnswer>(int mostItems, int mostBytes, int mostOnTheirWay, Func<IReadOnlyList<TItem>, Task<TAnswer[]>> send)
{
    private readonly Lock _gate = new();
    private readonly Queue<Bundle> _waiting = new();
    private Bundle? _last;
    private int _onTheirWay;

    public async Task<TAnswer> SendAsync(TItem item, int bytes = 0)
    {
        Bundle bundle;
        int place;
        var isSender = false;
        lock (_gate)
        {
            if (_last is null || _last.Items.Count == mostItems || _last.Bytes + bytes > mostBytes)
            {
                _waiting.Enqueue(_last = new Bundle());
            }

            bundle = _last;
            place = bundle.Items.Count;
            bundle.Items.Add(item);
            bundle.Bytes += bytes;
            if (_onTheirWay < mostOnTheirWay)
            {
                _onTheirWay++;
                isSender = true;
            }
        }

        if (isSender)
        {
            _ = SendAllAsync();
        }

        return (await bundle.Answers.Task)[place];
    }

    private async Task SendAllAsync()
    {
        while (Next() is { } bundle)
        {
            try
            {
                bundle.Answers.SetResult(await send(bundle.Items));
            }
#pragma warning disable CA1031 // It reaches everybody whose item was in the bundle.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                bundle.Answers.SetException(exception);
            }
        }
    }

    private Bundle? Next()
    {
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out var bundle))
            {
                _onTheirWay--;
            }
            else if (ReferenceEquals(bundle, _last))
            {
                _last = null;
            }

            return bundle;
        }
    }

    private sealed class Bundle
    {
        public List<TItem> Items { get; } = [];

        public int Bytes { get; set; }

        public TaskCompletionSource<TAnswer[]> Answers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
