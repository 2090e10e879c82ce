namespace TaskService.ExportUserData;

/// <summary>What an export came to.</summary>
/// <param name="Services">How many records there are, by service and part.</param>
/// <param name="Bytes">The size of the archive.</param>
/// <param name="Sha256">Of the archive.</param>
internal sealed record ExportOutcome(IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Services, long Records, long Bytes, string Sha256);

/// <summary>A file of an archive.</summary>
/// <param name="Path">In the archive.</param>
/// <param name="Records">How many lines it has.</param>
/// <param name="Bytes">Its size when it is unpacked.</param>
/// <param name="Sha256">Of what is unpacked.</param>
internal sealed record ExportedFile(string Service, string Part, string Path, long Records, long Bytes, string Sha256);

/// <summary>What an archive has, as <c>manifest.json</c> in it.</summary>
internal sealed record ExportManifest(string UserId, DateTimeOffset MadeAt, string TaskId, IReadOnlyList<string> Services, IReadOnlyList<ExportedFile> Files);
