using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.ServiceDefaults.Http;

namespace TaskService.ExportUserData;

/// <summary>Writes what services keep about a person into an archive, record by record: a folder for each service, a file for each part.</summary>
internal sealed partial class PersonArchive(PersonSources sources, TimeProvider time)
{
    private const string Readme = """
        What Platform keeps about one person.

        manifest.json says about whom, when it was put together, and which files there are, with the number of records and the SHA-256 of each.
        There is a folder for each service and a file for each kind of thing it keeps. A file has one JSON object per line; one without lines says
        that there is nothing of its kind. Times are in UTC.

        userservice          the account, where it is signed in, from when its networks are known, what happened to its security
        notificationservice  the inbox
        privacyservice       what was pseudonymised for the person: how much, and until when it can be restored; not the values themselves
        taskservice          tasks that the person submitted, exports that were made about them, and notifications that are gathered for them

        Nothing in here opens the account: passwords, codes, keys and tokens are left out. Keep it safe all the same: it is personal.
        """;

    private static readonly byte[] LineEnd = [(byte)'\n'];

    /// <param name="output">Where to; it is not closed.</param>
    /// <param name="taskId">The task that makes it.</param>
    /// <param name="userId">The person.</param>
    /// <param name="begins">Told of each service before it is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ExportedFile>> WriteAsync(
        Stream output, string taskId, string userId, Func<int, Task> begins, CancellationToken cancellationToken)
    {
        var madeAt = time.GetUtcNow();
        var files = new List<ExportedFile>();

        // Left as it is where something fails: to close it would write its end.
        var archive = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        for (var i = 0; i < PersonSources.All.Count; i++)
        {
            await begins(i);
            await WriteServiceAsync(archive, PersonSources.All[i], userId, madeAt, files, cancellationToken);
        }

        var manifest = new ExportManifest(userId, madeAt, taskId, PersonSources.All, files);
        await WriteFileAsync(archive, "manifest.json", JsonSerializer.SerializeToUtf8Bytes(manifest, JsonDefaults.Options), madeAt, cancellationToken);
        await WriteFileAsync(archive, "README.txt", Encoding.UTF8.GetBytes(Readme), madeAt, cancellationToken);
        await archive.DisposeAsync();
        return files;
    }

    private async Task WriteServiceAsync(
        ZipArchive archive, string service, string userId, DateTimeOffset madeAt, List<ExportedFile> files, CancellationToken cancellationToken)
    {
        await using var records = sources.ReadAsync(service, userId, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isThere = await records.MoveNextAsync();
        while (isThere)
        {
            var part = records.Current.Part;
            if (!PartName().IsMatch(part) || files.Exists(file => file.Service == service && file.Part == part))
            {
                throw new InvalidDataException($"{service} told of a part that has no usable name, or came before.");
            }

            var path = $"{service}/{part}.ndjson";
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (lines, bytes) = (0L, 0L);
            await using (var file = await OpenAsync(archive, path, madeAt, cancellationToken))
            {
                for (; isThere && records.Current.Part == part; isThere = await records.MoveNextAsync())
                {
                    if (records.Current.Record is { } record)
                    {
                        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, JsonDefaults.Options), .. LineEnd];
                        hash.AppendData(line);
                        await file.WriteAsync(line, cancellationToken);
                        (lines, bytes) = (lines + 1, bytes + line.Length);
                    }
                }
            }

            files.Add(new ExportedFile(service, part, path, lines, bytes, Convert.ToHexStringLower(hash.GetHashAndReset())));
        }
    }

    private static async Task WriteFileAsync(ZipArchive archive, string path, byte[] content, DateTimeOffset madeAt, CancellationToken cancellationToken)
    {
        await using var file = await OpenAsync(archive, path, madeAt, cancellationToken);
        await file.WriteAsync(content, cancellationToken);
    }

    private static Task<Stream> OpenAsync(ZipArchive archive, string path, DateTimeOffset madeAt, CancellationToken cancellationToken)
    {
        var entry = archive.CreateEntry(path);
        entry.LastWriteTime = madeAt;
        return entry.OpenAsync(cancellationToken);
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex PartName();
}
