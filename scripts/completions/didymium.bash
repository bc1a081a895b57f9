# bash completion of didymium
_didymium() {
  local word=$2 command=${COMP_WORDS[1]}
  local common="-o --draws --seed --threads --resume --set --prices --as-of --json --help"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "run compare explain check export list --help --version" -- "$word"))
  elif [[ $word == -* ]]; then
    case $command in
      explain) COMPREPLY=($(compgen -W "--material --region --year --json --help" -- "$word")) ;;
      export) COMPREPLY=($(compgen -W "--format -o --help" -- "$word")) ;;
      check | list) COMPREPLY=($(compgen -W "--json --help" -- "$word")) ;;
      *) COMPREPLY=($(compgen -W "$common" -- "$word")) ;;
    esac
  elif [ "$3" = --format ]; then
    COMPREPLY=($(compgen -W "mcp-json iamc csv" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _didymium didymium
