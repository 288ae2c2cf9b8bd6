/// A command for a shell, broken before its options where it is longer than `width` characters.
func lines(ofCommand command: [String], width: Int) -> [String] {
  // An option stays with its value, and the command with its model.
  var groups: [String] = []
  for word in command {
    if groups.isEmpty || word.hasPrefix("-") {
      groups.append(word.quotedForShell)
    } else {
      groups[groups.count - 1] += " " + word.quotedForShell
    }
  }
  var lines = ["  " + groups[0]]
  for group in groups.dropFirst() {
    let longer = lines[lines.count - 1] + " " + group
    if longer.count + " \\".count <= width {
      lines[lines.count - 1] = longer
    } else {
      lines[lines.count - 1] += " \\"
      lines.append("    " + group)
    }
  }
  return lines
}
