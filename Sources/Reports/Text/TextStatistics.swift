/// What became of a share of some samples: where it is, and what to do with it.
///
/// - Parameters:
///   - share: its number, counted from 1, and how many there are; `nil` where it is all.
///   - path: the file that was written.
///   - style: whether a terminal reads it.
/// - Returns: lines, each with a newline at its end.
package func statisticsText(
  of share: (number: Int, count: Int)?, in path: String, style: TextStyle = .plain
) -> String {
  let samples = share.map { "share \($0.number) of \($0.count) of the samples" } ?? "the samples"
  let next =
    share == nil ? "The report:" : "The report, with the files of all other shares behind it:"
  let sentences = "What a report needs of \(samples) is in \(path). \(next)"
  return
    (wrapped(sentences.printable, width: style.width).map { style.apply(.strong, to: $0) }
    + lines(
      ofCommand: ["tiny-diagnose", "merge", path] + (share == nil ? [] : ["..."]),
      width: style.width))
    .map { $0 + "\n" }.joined()
}
