using System.Buffers;
using System.Text;

namespace TaskService.Tasks;

/// <summary>
/// Cuts the value of <c>payload</c> out of a body of JSON as it comes in. It goes where it is to lie; the rest, which is small, is kept, with an empty
/// object in its place. Whether both are JSON is for those to find out who read them.
/// </summary>
/// <param name="payload">Takes the value.</param>
internal sealed class JsonPayloadCutter(Stream payload)
{
    private const string Name = "payload";

    private readonly ArrayBufferWriter<byte> _rest = new();
    private readonly StringBuilder _name = new();
    private int _depth;
    private bool _isText;
    private bool _isEscaped;
    private bool _isName;
    private bool _expectsName;
    private bool _expectsPayload;
    private bool _isCut;

    /// <summary>All but the payload.</summary>
    public ReadOnlyMemory<byte> Rest => _rest.WrittenMemory;

    public void Take(ReadOnlySpan<byte> data)
    {
        var (from, i) = (0, 0);
        while (i < data.Length)
        {
            if (_isText)
            {
                i = TakeText(data, i);
                continue;
            }

            switch (data[i])
            {
                case (byte)'"':
                    _isText = true;
                    _isName = _depth == 1 && _expectsName;
                    _name.Clear();
                    break;
                case (byte)'{' when _depth == 1 && _expectsPayload:
                    _rest.Write(data[from..i]);
                    _rest.Write("{}"u8);
                    (from, _isCut, _expectsPayload) = (i, true, false);
                    _depth++;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    _expectsName = _depth == 1;
                    break;
                case (byte)'}' or (byte)']':
                    _depth--;
                    if (_isCut && _depth == 1)
                    {
                        payload.Write(data[from..(i + 1)]);
                        (from, _isCut) = (i + 1, false);
                    }

                    break;
                case (byte)':' when _depth == 1:
                    (_expectsName, _expectsPayload) = (false, _name.Equals(Name));
                    break;
                case (byte)',' when _depth == 1:
                    (_expectsName, _expectsPayload) = (true, false);
                    break;
            }

            i++;
        }

        if (_isCut)
        {
            payload.Write(data[from..]);
        }
        else
        {
            _rest.Write(data[from..]);
        }
    }

    /// <returns>Where the text ends, or the data does.</returns>
    private int TakeText(ReadOnlySpan<byte> data, int start)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            return start + 1;
        }

        var found = data[start..].IndexOfAny((byte)'"', (byte)'\\');
        var end = found < 0 ? data.Length : start + found;
        if (_isName && _name.Length <= Name.Length)
        {
            _name.Append(Encoding.ASCII.GetString(data[start..Math.Min(end, start + Name.Length + 1)]));
        }

        if (found < 0)
        {
            return end;
        }

        _isText = _isEscaped = data[end] == '\\';
        if (_isEscaped && _isName && _name.Length <= Name.Length)
        {
            // Written in another way than everybody does, it is another name.
            _name.Append('\\');
        }

        return end + 1;
    }
}
