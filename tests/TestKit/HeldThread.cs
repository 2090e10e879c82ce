using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Platform.TestKit;

/// <summary>
/// One thread of a process that stands still, as if the disk it waits for did, while the others go on. A signal would stop them all, so it
/// is traced as debuggers do; that needs no rights for a process that this one started.
/// </summary>
public sealed class HeldThread : IDisposable
{
    private const int Detach = 17;
    private const int Seize = 0x4206;
    private const int Interrupt = 0x4207;
    private const int AnyChild = 0x4000_0000;
    private const int AtOnce = 1;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private readonly int _threadId;
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _release = new();
    private readonly Thread _holder;

    private HeldThread(int threadId)
    {
        _threadId = threadId;
        _holder = new Thread(Hold) { IsBackground = true, Name = "Held thread" };
        _holder.Start();
    }

    /// <summary>Holds the thread whose name begins so, until it is disposed of. Returns when it stands.</summary>
    /// <exception cref="Win32Exception">The system does not allow it.</exception>
    public static async Task<HeldThread> HoldAsync(int processId, string name)
    {
        var thread = Directory.GetDirectories($"/proc/{processId}/task")
            .Single(task => File.ReadAllText(Path.Combine(task, "comm")).StartsWith(name, StringComparison.Ordinal));
        var held = new HeldThread(int.Parse(Path.GetFileName(thread), System.Globalization.CultureInfo.InvariantCulture));
        await held._held.Task;
        return held;
    }

    /// <summary>Lets it go on.</summary>
    public void Dispose()
    {
        _release.Set();
        _holder.Join();
        _release.Dispose();
    }

    // All from one thread: the system knows the tracer by its thread.
    private void Hold()
    {
        if (Trace(Seize, _threadId, 0, 0) != 0 || Trace(Interrupt, _threadId, 0, 0) != 0 || Wait(_threadId, out _, AnyChild) != _threadId)
        {
            _held.SetException(new Win32Exception(Marshal.GetLastPInvokeError()));
            return;
        }

        _held.SetResult();
        while (!_release.Wait(LookInterval))
        {
            // Whoever kills the process waits until its end was taken note of here.
            if (Wait(_threadId, out _, AnyChild | AtOnce) != 0)
            {
                return;
            }
        }

        _ = Trace(Detach, _threadId, 0, 0);
    }

    [DllImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Trace(nint request, nint threadId, nint address, nint data);

    [DllImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Wait(int threadId, out int status, int options);
}
