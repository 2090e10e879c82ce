namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Makes one value from another.</summary>
public delegate TTo Projection<TFrom, out TTo>(in TFrom value);

/// <summary>Makes one value from another and a state.</summary>
public delegate TTo Projection<TFrom, TState, out TTo>(in TFrom value, in TState state);

/// <summary>Copies sequences, projecting each element.</summary>
public static class SequenceExtensions
{
    /// <summary>A new array of the projected elements.</summary>
    public static TTo[] ToArray<TFrom, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TTo> projection)
    {
        if (source.IsEmpty)
        {
            return [];
        }

        var result = new TTo[source.Length];
        CopyTo(source, result, projection);
        return result;
    }

    /// <summary>A new array of the elements projected with a state.</summary>
    public static TTo[] ToArray<TFrom, TState, TTo>(
        this in Sequence<TFrom> source, Projection<TFrom, TState, TTo> projection, in TState state)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.IsEmpty)
        {
            return [];
        }

        var result = new TTo[source.Length];
        var index = 0;
        foreach (var span in source.Spans)
        {
            foreach (ref readonly var item in span)
            {
                result[index++] = projection(in item, in state);
            }
        }

        return result;
    }

    /// <summary>Projects the elements into a span that is long enough.</summary>
    public static void CopyTo<TFrom, TTo>(
        this in Sequence<TFrom> source, Span<TTo> destination, Projection<TFrom, TTo> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.Length > destination.Length)
        {
            throw new ArgumentException("The destination is shorter than the sequence.", nameof(destination));
        }

        var index = 0;
        foreach (var span in source.Spans)
        {
            foreach (ref readonly var item in span)
            {
                destination[index++] = projection(in item);
            }
        }
    }
}
