/**
 * An exception to a lint rule says why it is one: `// eslint-disable-next-line RULE -- REASON`.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const disableWithReason = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      noReason: "This exception gives no reason: add ' -- ' and the reason, or satisfy the rule.",
      noRule: 'This exception covers every rule: name the rule it is about.',
    },
  },

  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const directive = /^\s*eslint-disable(?:-next-line|-line)?(?=\s|$)(.*)$/s.exec(comment.value)
          if (directive === null) continue
          const [rules, reason = ''] = directive[1].split(/\s-{2,}\s/)
          if (reason.trim() === '') context.report({ loc: comment.loc, messageId: 'noReason' })
          if (rules.trim() === '') context.report({ loc: comment.loc, messageId: 'noRule' })
        }
      },
    }
  },
}
